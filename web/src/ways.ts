import { queryOptions } from '@tanstack/react-query'
import { get, post } from './api/call'
import { Problem } from './api/problem'
import type { Language } from './words/words'

interface Ways {
  /** What the login of the organisation is called; null where it has none. */
  readonly openid: Readonly<Record<Language, string>> | null
  /** Whether wallets sign people in. */
  readonly wallet: boolean
}

/** How somebody may come in here, beside with a passkey or a link. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () => get<Ways>('/session/ways'),
})

const begin = (to: string, again: boolean) => post<{ url: string }>('/session/openid', { to, again })

/** Leaves for the login of the organisation; she comes back where she was going. */
export async function goToLogin(to: string): Promise<void> {
  const { url } = await begin(to, false)
  window.location.assign(url)
}

const CHANNEL = 'regie-confirmed'
/** How the tab that went away ended: a code where it was refused. */
interface Ended {
  readonly refused: string | null
}

/**
 * She shows at the login of her organisation that she is there, in a tab of its own: what she was doing stays as it is.
 * @throws Problem with the code of what went wrong
 */
export async function confirmAtLogin(signal: AbortSignal): Promise<void> {
  // Within the click, or no browser opens it; and what comes there gets no hold of this page.
  const tab = window.open('', '_blank')
  if (tab) tab.opener = null
  const channel = new BroadcastChannel(CHANNEL)
  const ended = new Promise<Ended>((resolve, reject) => {
    channel.onmessage = ({ data }: MessageEvent<Ended>) => resolve(data)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  try {
    const { url } = await begin('/confirmed', true).catch((error) => {
      tab?.close()
      throw error
    })
    if (tab) tab.location.href = url
    else throw new Problem(0, 'tab_blocked', '')
    const { refused } = await ended
    if (refused !== null) throw new Problem(403, refused, '')
  } finally {
    channel.close()
    // Where something went wrong before it, nobody waits for it.
    ended.catch(() => undefined)
  }
}

/** Tells the page that waits how it ended. */
export function tellConfirmed(ended: Ended): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(ended)
  channel.close()
}
