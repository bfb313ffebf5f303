import { useState } from 'react'
import { useWho } from './who'

/** A pause this long begins another visit. */
const PAUSE_MS = 30 * 60_000

interface Kept {
  readonly at: string
  /** When she was last here in the visit before; null in the first. */
  readonly before: string | null
}

/**
 * When she last looked at this page in an earlier visit, as this browser remembers it.
 * @returns ISO 8601; null where she was not here before
 */
export function useLastVisit(): string | null {
  const { did } = useWho()
  const [before] = useState(() => visited(`last visit ${did}`, new Date()))
  return before
}

function visited(key: string, now: Date): string | null {
  const kept = read(key)
  const isSame = kept !== null && now.getTime() - Date.parse(kept.at) < PAUSE_MS
  const before = isSame ? kept.before : (kept?.at ?? null)
  localStorage.setItem(key, JSON.stringify({ at: now.toISOString(), before } satisfies Kept))
  return before
}

function read(key: string): Kept | null {
  try {
    const { at, before } = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept
    return [at, before ?? at].every((moment) => Number.isFinite(Date.parse(moment))) ? { at, before } : null
  } catch {
    return null
  }
}
