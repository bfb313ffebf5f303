import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../src/config/index.ts'

export interface Answer<T = Record<string, unknown>> {
  readonly status: number
  readonly body: T
}

/** Calls to the API of a node, as the accounts whose tokens it keeps in its folder. */
export interface NodeApi {
  /**
   * Calls the API as an account whose token the node wrote, or as nobody; opens her consent key where that is asked.
   * @param ifMatch the `version` of what the caller saw of it
   */
  call<T = Record<string, unknown>>(
    as: string | null,
    method: string,
    path: string,
    body?: object,
    ifMatch?: number,
  ): Promise<Answer<T>>
  token(account: string): string
  /** Opens an account's consent key with the secret the node wrote. @returns the header to send along */
  unlock(account: string): Promise<Record<string, string>>
}

/** The API of a node that keeps its accounts' tokens in its folder, at the address it listens on. */
export function apiOf({ dataDir, listen }: Pick<Config, 'dataDir' | 'listen'>): NodeApi {
  const base = `http://${listen.host}:${listen.port}/api/v1`
  const sessions = new Map<string, string>()
  const opening = new Map<string, ReturnType<typeof unlock>>()
  /** Opens her key; null where nobody knows her secret. */
  const unlock = async (account: string): Promise<Answer<{ token?: string }> | null> => {
    const file = join(dataDir, 'tokens', `${account}.secret`)
    const secret = existsSync(file) && readFileSync(file, 'utf8').trim()
    if (!secret) return null
    const path = '/me/consent/unlock'
    const answer = await ask<{ token?: string }>(base, token(account), 'POST', path, { secret })
    if (answer.body.token !== undefined) sessions.set(account, answer.body.token)
    return answer
  }
  /** Once for all who wait for it: each try counts as a guess until one was right. */
  const open = (account: string) => {
    const begun = opening.get(account) ?? unlock(account).finally(() => opening.delete(account))
    opening.set(account, begun)
    return begun
  }
  const token = (account: string) => readFileSync(join(dataDir, 'tokens', `${account}.token`), 'utf8').trim()
  return {
    token,
    unlock: async (account): Promise<Record<string, string>> => {
      sessions.delete(account)
      const session = (await open(account))?.body.token
      return session === undefined ? {} : { 'regie-consent': session }
    },
    call: async <T>(as: string | null, method: string, path: string, body?: object, ifMatch?: number) => {
      const send = () =>
        ask<T & Problem>(base, as && token(as), method, path, body, sessions.get(as ?? ''), ifMatch)
      const answer = await send()
      if (as === null || answer.body.code !== 'consent_locked') return answer
      sessions.delete(as)
      const opened = await open(as)
      if (sessions.has(as)) return send()
      // A node that cannot open her key just now says more than that it is locked.
      return opened && (opened.status >= 500 || opened.status === 429)
        ? (opened as Answer<T & Problem>)
        : answer
    },
  }
}

interface Problem {
  readonly code?: string
}

async function ask<T>(
  base: string,
  token: string | null,
  method: string,
  path: string,
  body?: object,
  session?: string,
  ifMatch?: number,
): Promise<Answer<T>> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(session && { 'regie-consent': session }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as T }
}
