import type { Member, User } from '../shared/account.js';

/** Chooses whom the page is for: everybody is served other variants. Works without scripts too. */
export function SignIn({ members, user }: { members: readonly Member[]; user: User }) {
  return (
    <form className="signin" method="post" action="/session">
      <label htmlFor="user">Signed in as</label>
      <select
        id="user"
        name="user"
        defaultValue={user.id}
        autoComplete="off"
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
      >
        {members.map(({ account, users }) => (
          <optgroup key={account.id} label={`${account.name} · ${account.plan} · ${account.country}`}>
            {users.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}, {account.name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <noscript>
        <button type="submit" className="button">
          Switch
        </button>
      </noscript>
    </form>
  );
}
