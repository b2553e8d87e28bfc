// The tools, each with the scope that it wants. All are listed to everybody, so that a client learns what it may ask for.
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { add, ledgerOf, totals } from "./ledgers.mjs";

/** What a client asks for first; the rest when it calls a tool that wants it. */
export const FIRST_SCOPE = "transactions:read";

const Money = z.number().multipleOf(0.01).describe("Euro, below zero where it was spent");
const NewTransaction = z.object({
  date: z.iso.date(),
  description: z.string().min(1).max(200),
  category: z.string().min(1).max(50),
  amount: Money,
});
const Transaction = NewTransaction.extend({ id: z.string() });
const Period = z.object({
  from: z.iso.date().optional().describe("First day"),
  to: z.iso.date().optional().describe("Last day"),
});

/** The server of one request, for the caller that the gate let in. */
export function createTools({ clientId, scopes, extra }) {
  const server = new McpServer({ name: "expensicat", title: "Expensicat", version: "1.0.0" });
  const ledger = () => ledgerOf(extra);

  server.registerTool(
    "whoami",
    {
      title: "Who am I?",
      description: "Says for whom, for which company and with which scopes this client acts",
      outputSchema: z.object({
        user: z.string(),
        organization: z.string(),
        client: z.string(),
        scopes: z.array(z.string()),
      }),
      annotations: { readOnlyHint: true },
    },
    () => said({ user: extra.user, organization: extra.organization, client: clientId, scopes }),
  );

  server.registerTool(
    "list_transactions",
    {
      title: "List transactions",
      description: "Lists the company's transactions, all or those of a period",
      inputSchema: Period,
      outputSchema: z.object({ transactions: z.array(Transaction) }),
      annotations: { readOnlyHint: true },
      scopeChallenge: wants("transactions:read"),
    },
    ({ from = "", to = "9999-12-31" }) =>
      said({ transactions: ledger().filter(({ date }) => date >= from && date <= to) }),
  );

  server.registerTool(
    "create_transaction",
    {
      title: "Create a transaction",
      description: "Writes a transaction into the company's ledger",
      inputSchema: NewTransaction,
      outputSchema: Transaction,
      annotations: { readOnlyHint: false, destructiveHint: false },
      scopeChallenge: wants("transactions:write"),
    },
    (transaction) => said(add(ledger(), transaction)),
  );

  server.registerTool(
    "sum_transactions",
    {
      title: "Sum up transactions",
      description: "Sums up the company's transactions by category",
      outputSchema: z.object({ totals: z.array(z.object({ category: z.string(), total: Money })) }),
      annotations: { readOnlyHint: true },
      scopeChallenge: wants("analytics:read"),
    },
    () => said({ totals: totals(ledger()) }),
  );

  return server;
}

/**
 * Without the scope the answer is 403 `insufficient_scope`, which names what the client holds beside it, so that one
 * that asks for nothing else (as clients of the specification of 2025-11-25 do) loses nothing.
 */
function wants(scope) {
  return ({ authInfo: { scopes } }) =>
    scopes.includes(scope) ? undefined : { scopes: [...scopes, scope] };
}

function said(structuredContent) {
  return {
    structuredContent,
    content: [{ type: "text", text: JSON.stringify(structuredContent) }],
  };
}
