/** What everybody sees while the application is down on purpose. */
export function Maintenance() {
  return (
    <main className="maintenance" role="alert">
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <circle cx="32" cy="32" r="30" />
        <path d="M20 44 38 26M36 18a9 9 0 0 0 10 12l-6 6-8-8z" />
      </svg>
      <h1>We will be right back</h1>
      <p>Harbour is down for maintenance. Your invoices are safe, and this page returns by itself.</p>
    </main>
  );
}
