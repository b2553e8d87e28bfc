// What both servers share: settings by environment, a database in a file, one line when ready.
import { createServer } from "node:http";
import Database from "better-sqlite3";

export const scopes = process.env.SCOPES.split(" ");
export const redirectUri = process.env.REDIRECT_URI;

/** A new database, as fast as SQLite is without losing what was committed when a process ends. */
export function openDatabase() {
  const database = new Database(process.env.DATABASE);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  return database;
}

/**
 * Listens on loopback.
 *
 * @param create gets the server's address, and returns its request listener and what the load is to
 *     know besides: the application's client id and, if it has one, secret, and id:secret of the
 *     client that introspects
 */
export function serve(create) {
  const server = createServer();
  server.listen(0, "127.0.0.1", async () => {
    const address = `http://127.0.0.1:${server.address().port}`;
    const { listener, ...known } = await create(address);
    server.on("request", listener);
    console.log(`READY ${JSON.stringify({ address, ...known })}`);
  });
  process.on("SIGTERM", () => process.exit(0));
}
