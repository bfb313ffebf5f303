import type { IncomingHttpHeaders } from 'node:http'
import type { Request } from 'express'
import { type Caller, Refusal } from '../core/index.ts'
import { type Party, userTable, Welcome } from '../parties/index.ts'
import {
  attemptCookie,
  endSignIn,
  OpenIdAccounts,
  OpenIdProvider,
  OpenIdSignIn,
  Passkeys,
  requireOwnPage,
  type SessionCookie,
  Sessions,
  type SignInRoutesDeps,
  sessionCookie,
} from '../sign-in/index.ts'
import type { Tx } from '../store/index.ts'
import { CONSOLE_PATH, consoleOf, originsOf } from './console-address.ts'
import type { Ground } from './ground.ts'
import { authenticate } from './guard.ts'
import { localFilesOf } from './local-tokens.ts'

/** How people come in with a browser. */
export function openSignIn(ground: Ground) {
  const { config, store, parties, accounts, audit } = ground
  const sessions = new Sessions(ground)
  const origins = originsOf(config)
  const organisation = once(() => parties.organisation())
  const cookie = once(async () =>
    sessionCookie(new URL(config.url).protocol === 'https:', (await organisation()).id),
  )
  const passkeys = once(
    async () => new Passkeys({ ...ground, sessions, origins, name: config.organisation.name }),
  )
  const attemptAt = (where: 'login' | 'wallet') =>
    once(async () =>
      attemptCookie(new URL(config.url).protocol === 'https:', (await organisation()).id, where),
    )
  const { openIdAccounts, openId } = openOpenId(ground, sessions)
  /** By token, or by cookie for our own pages. */
  const whoCalls = async (method: string, headers: IncomingHttpHeaders): Promise<Caller> => {
    const secret = await readCookie(cookie, headers)
    return authenticate(headers, {
      byToken: (token) => accounts.authenticate(token),
      byCookie:
        secret === null
          ? null
          : async () => {
              requireOwnPage(method, headers, origins)
              return sessions.authenticate(secret)
            },
    })
  }
  endWithAccount(ground)
  const routes: SignInRoutesDeps = {
    ...{ sessions, passkeys, cookie, attempt: attemptAt('login'), openId, origins },
    ...{ consolePath: CONSOLE_PATH, withWallet: config.walletSignIn === true },
    authenticate: ({ method, headers }: Request) => whoCalls(method, headers),
    trade: (caller, device) =>
      store.transact(async (tx) => {
        if (caller.kind !== 'user' || caller.tokenId === undefined) throw tokenRequired()
        // Of two who trade one token at once, one does.
        if (!(await accounts.revokeToken(tx, caller.tokenId))) throw tokenRequired()
        await audit.record(tx, caller, 'token.traded')
        return sessions.open(tx, caller.userId, 'token', device)
      }),
  }
  return {
    ...{
      sessions,
      origins,
      routes,
      whoCalls,
      walletAttempt: attemptAt('wallet'),
      welcomePage: `${consoleOf(config)}/welcome`,
    },
    tidy: () => Promise.all([sessions.tidy(), openId?.tidy()]),
    operations: { sessions, passkeys, openIdAccounts, signInPage: `${consoleOf(config)}/sign-in` },
  }
}

/** What a person is to partners whom only the login of her organisation knows. */
const ADDED_AS = 'employee'

/** The login the organisation has already, where it has one; what somebody is called there is kept in any case. */
function openOpenId(ground: Ground, sessions: Sessions) {
  const { config, secrets, vault, people, follows, loginEgress } = ground
  const local = localFilesOf(config)
  const welcome = new Welcome({ ...ground, ...(local && { local }) })
  const openIdAccounts = new OpenIdAccounts({
    ...{ ...ground, sessions },
    pseudonym: (text) => vault.pseudonym(text),
    prepare: () => welcome.prepare(),
    add: async (tx, person, secret) => {
      const added = await people.add(tx, 'system', { ...person, role: ADDED_AS, roles: [] })
      return { userId: added.userId, code: await welcome.give(tx, person.account, added, secret) }
    },
  })
  const { added } = follows
  follows.added = async (tx, person) => {
    await added?.(tx, person)
    await openIdAccounts.expect(tx, person.userId, person.email)
  }
  follows.erasing.push(async (tx, party) => {
    const user = await tx.findOneBy(userTable, { personId: party.id })
    if (user) await openIdAccounts.forget(tx, user.id)
  })
  const openId =
    config.openid &&
    new OpenIdSignIn({
      ...{ ...ground, sessions, accounts: openIdAccounts },
      provider: new OpenIdProvider({
        ...{ config: config.openid, secret: secrets.openIdSecret ?? '', clock: ground.clock },
        fetch: (url, options) => loginEgress.request(url, options),
        isLocal: config.loopback,
        redirectUri: `${originsOf(config)[0]}/session/openid/callback`,
      }),
    })
  return { openIdAccounts, openId: openId ?? null }
}

/** Who leaves is signed out everywhere; so is who lost her key: somebody else may have it, and her browsers with it. */
function endWithAccount({ follows }: Ground): void {
  const { leaving, losingKey } = follows
  const end = async (tx: Tx, { id }: Party) => {
    const user = await tx.findOneBy(userTable, { personId: id })
    if (user) await endSignIn(tx, user.id)
  }
  follows.leaving = async (tx, by, party) => {
    await leaving?.(tx, by, party)
    await end(tx, party)
  }
  follows.losingKey = async (tx, by, party) => {
    await losingKey?.(tx, by, party)
    await end(tx, party)
  }
}

const tokenRequired = () => new Refusal('unauthenticated', 'token_required', 'send the token that you got')

async function readCookie(
  cookie: () => Promise<SessionCookie>,
  headers: IncomingHttpHeaders,
): Promise<string | null> {
  return headers.cookie === undefined ? null : (await cookie()).read(headers)
}

/** Works once, and is tried again where it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}
