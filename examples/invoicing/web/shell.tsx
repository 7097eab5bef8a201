import { useFeatureFlag } from '@flagledger/react';
import { flag } from '../shared/flag.js';
import type { PageData } from '../shared/page.js';
import { BulkCard } from './bulk.js';
import { Dashboard } from './dashboard.js';
import { FlagStrip } from './flagstrip.js';
import { Help } from './help.js';
import { Maintenance } from './maintenance.js';
import { SignIn } from './signin.js';

/** The frame around everything, and the decision what is in it. */
export function Shell({ data }: { data: PageData }) {
  const isDown = useFeatureFlag(flag.maintenance);
  return (
    <div className="shell">
      <header className="top">
        <span className="brand">
          <Mark /> Harbour <small>Invoicing</small>
        </span>
        <SignIn members={data.members} user={data.user} />
      </header>
      {isDown ? <Maintenance /> : <Work data={data} />}
      <FlagStrip />
    </div>
  );
}

function Work({ data }: { data: PageData }) {
  const hasBulk = useFeatureFlag(flag.bulk);
  const hasChat = useFeatureFlag(flag.chat);
  return (
    <>
      <main className="main">
        <Dashboard data={data} />
        {hasBulk && <BulkCard account={data.account} />}
      </main>
      {hasChat && <Help />}
    </>
  );
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M10 8v16M22 8v16M10 16h12" />
    </svg>
  );
}
