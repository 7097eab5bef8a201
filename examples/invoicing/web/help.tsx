import { useTrack } from '@flagledger/react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { findArticle } from '../shared/search.js';

interface Message {
  readonly from: 'me' | 'helper';
  readonly title?: string;
  readonly text: string;
}

const greeting: Message = { from: 'helper', text: 'Ask me anything about invoices. I look it up in the help pages.' };
const shrug = 'I found nothing about that. Try other words, such as "print", "logo", "currency" or "plan".';

/** The help that some are offered: it answers from the help pages. */
export function Help() {
  const [isOpen, setOpen] = useState(false);
  return (
    <aside className="help" aria-label="Help" data-feature="chat">
      {isOpen && <Chat />}
      <button type="button" className="button round" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Close' : 'Ask for help'}
      </button>
    </aside>
  );
}

function Chat() {
  const [messages, setMessages] = useState<readonly Message[]>([greeting]);
  const track = useTrack();
  const end = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message is a reason to scroll
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' }); // newer browsers return a promise, which is no clean-up
  }, [messages]);

  function ask(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get('question')).trim();
    if (text === '') {
      return;
    }
    const found = findArticle(text);
    track('help_asked', { failed: !found });
    setMessages([...messages, { from: 'me', text }, { from: 'helper', ...(found ?? { text: shrug }) }]);
    form.reset();
  }

  return (
    <div className="chat">
      <div className="messages" role="log">
        {messages.map(({ from, title, text }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only added
          <div key={i} className={`message ${from}`}>
            {title && <b>{title}</b>}
            {text}
          </div>
        ))}
        <div ref={end} />
      </div>
      <form onSubmit={ask}>
        <label className="hidden" htmlFor="question">
          Your question
        </label>
        <input ref={field} id="question" name="question" placeholder="How do I print an invoice?" autoComplete="off" />
        <button type="submit" className="button">
          Ask
        </button>
      </form>
    </div>
  );
}
