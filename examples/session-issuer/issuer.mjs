// Better Auth with its jwt and organization plugins, all in memory: people, companies, sessions and
// keys end with the process.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { organization } from "better-auth/plugins";
import { createJwk, jwt } from "better-auth/plugins/jwt";

const DEMO_PERSON = {
  name: "Erika Expensicat",
  email: "erika@expensicat.test",
  password: "erika-demo-password",
};

/** The first is everybody's; the demo person, an accountant, works for all. */
const COMPANIES = [
  { id: "cats-and-company", name: "Cats & Company" },
  { id: "dogs-and-daughters", name: "Dogs & Daughters" },
];
const SIGN_IN_LIFETIME = 120; // seconds

/** The issuer at that address, with the demo person in it. */
export async function createIssuer(address, { secret, keyAlgorithm, realmIssuer }) {
  const jwtOptions = {
    jwks: { keyPairConfig: { alg: keyAlgorithm } },
    jwt: { definePayload: ({ user, session }) => claims(user, session.activeOrganizationId) },
  };
  const auth = betterAuth({
    baseURL: address,
    secret,
    database: memoryAdapter({
      user: [],
      session: [],
      account: [],
      verification: [],
      jwks: [],
      organization: [],
      member: [],
      invitation: [],
    }),
    emailAndPassword: { enabled: true },
    databaseHooks: {
      user: { create: { after: (user) => join(user.id, COMPANIES[0].id) } },
      session: {
        create: {
          // Whoever signs up has a session before the user's own hook has run.
          before: async (session) => {
            const [first = COMPANIES[0]] = await companiesOf(session.userId);
            return { data: { ...session, activeOrganizationId: first.id } };
          },
        },
      },
    },
    plugins: [jwt(jwtOptions), organization({ allowUserToCreateOrganization: false })],
    telemetry: { enabled: false },
    // To stderr, and without Better Auth's further arguments, which hold e-mail addresses.
    logger: { level: "warn", log: (level, message) => console.error(`${level}: ${message}`) },
  });
  const context = await auth.$context;
  const { adapter } = context;

  const join = (userId, organizationId) =>
    adapter.create({
      model: "member",
      data: { userId, organizationId, role: "member", createdAt: new Date() },
    });

  /** In the order in which the person came to them. */
  const companiesOf = async (userId) => {
    const members = await adapter.findMany({
      model: "member",
      where: [{ field: "userId", value: userId }],
    });
    return members.map(({ organizationId }) => COMPANIES.find(({ id }) => id === organizationId));
  };

  /** What a JWT says of a person: for which company the person acts, and for which else they may. */
  const claims = async (user, active) => {
    const orgs = await companiesOf(user.id);
    const company = orgs.find(({ id }) => id === active);
    return { ...user, org: company?.id, org_name: company?.name, orgs };
  };

  const verifyEmail = (email) =>
    context.internalAdapter.updateUserByEmail(email, { emailVerified: true });
  for (const { id, name } of COMPANIES) {
    await adapter.create({
      model: "organization",
      data: { id, name, slug: id, createdAt: new Date() },
      forceAllowId: true,
    });
  }
  const { user: demoPerson } = await auth.api.signUpEmail({ body: DEMO_PERSON });
  for (const { id } of COMPANIES.slice(1)) {
    await join(demoPerson.id, id);
  }
  await verifyEmail(DEMO_PERSON.email);

  return {
    address,
    handler: auth.handler,

    /** The person who is signed in, with claims of companies, or null. */
    async person(headers) {
      const found = await auth.api.getSession({ headers });
      return found && claims(found.user, found.session.activeOrganizationId);
    },

    /** Better Auth's answer; from then on the person acts for that company. */
    actFor: (headers, organizationId) =>
      auth.api.setActiveOrganization({ headers, body: { organizationId }, asResponse: true }),

    /** Better Auth's answer, whose cookies are the session. */
    signIn: (headers, email, password) =>
      auth.api.signInEmail({ headers, body: { email, password }, asResponse: true }),

    signOut: (headers) => auth.api.signOut({ headers, asResponse: true }),

    /** The session JWT of the person who is signed in. */
    async sessionJwt(headers) {
      return (await auth.api.getToken({ headers })).token;
    },

    /**
     * A JWT that signs this person in at the realm, once: for its audience and with its nonce, and
     * for the company that is asked for, if the person belongs to it.
     */
    async assertion(person, nonce, asked) {
      const iat = Math.floor(Date.now() / 1000);
      const isOne = person.orgs.some(({ id }) => id === asked);
      const payload = {
        ...(await claims(person, isOne ? asked : person.org)),
        sub: person.id,
        aud: realmIssuer,
        nonce,
        iat,
        exp: iat + SIGN_IN_LIFETIME,
      };
      return (await auth.api.signJWT({ body: { payload } })).token;
    },

    /**
     * Signs with a new key from now on. The old ones stay published, as after Better Auth's own
     * rotation, or are withdrawn.
     */
    async rotate(withdraw) {
      for (const { id } of await context.adapter.findMany({ model: "jwks" })) {
        const where = [{ field: "id", value: id }];
        if (withdraw) {
          await context.adapter.delete({ model: "jwks", where });
        } else {
          await context.adapter.update({ model: "jwks", where, update: { expiresAt: new Date() } });
        }
      }
      await createJwk({ context }, jwtOptions);
    },

    /** False where nobody has that address. */
    async verifyEmail(email) {
      return Boolean(await verifyEmail(email));
    },
  };
}
