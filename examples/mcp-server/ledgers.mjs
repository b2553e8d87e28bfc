// The data: a ledger for each company, or for a person who acts for none. All is gone when the process ends.

const FIRST = [
  {
    id: "1",
    date: "2026-10-02",
    description: "Scratching posts",
    category: "Furniture",
    amount: -184.5,
  },
  { id: "2", date: "2026-10-19", description: "Invoice 2026-041", category: "Sales", amount: 2400 },
  { id: "3", date: "2026-11-03", description: "Tuna", category: "Catering", amount: -96.2 },
  { id: "4", date: "2026-11-17", description: "Invoice 2026-047", category: "Sales", amount: 1150 },
];

const ledgers = new Map();

/** The ledger that a caller sees: the company's, whoever of its people comes, else the person's own. */
export function ledgerOf({ organization, person }) {
  const key = JSON.stringify(organization ? { organization } : { person });
  if (!ledgers.has(key)) ledgers.set(key, structuredClone(FIRST));
  return ledgers.get(key);
}

/** The transaction as it was written, with its id. */
export function add(ledger, transaction) {
  const written = { id: String(ledger.length + 1), ...transaction };
  ledger.push(written);
  return written;
}

/** The sum of each category, in the order in which they came. */
export function totals(ledger) {
  const cents = new Map();
  for (const { category, amount } of ledger) {
    cents.set(category, (cents.get(category) ?? 0) + Math.round(amount * 100));
  }
  return [...cents].map(([category, sum]) => ({ category, total: sum / 100 }));
}
