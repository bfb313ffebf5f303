import { useEffect, useState } from 'react'

/** The longest that something waits for a quiet moment, ms. */
const PATIENCE_MS = 2_000

/** Does something once nothing else is to be done. @returns takes it back */
export function whenIdle(then: () => unknown): () => void {
  // Safari has no requestIdleCallback yet.
  if (!('requestIdleCallback' in window)) {
    const asked = setTimeout(then, PATIENCE_MS)
    return () => clearTimeout(asked)
  }
  const asked = requestIdleCallback(() => void then(), { timeout: PATIENCE_MS })
  return () => cancelIdleCallback(asked)
}

/** Whether the page had a quiet moment since it is shown. */
export function useIdle(): boolean {
  const [isIdle, setIdle] = useState(false)
  useEffect(() => whenIdle(() => setIdle(true)), [])
  return isIdle
}
