const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** One Ctrl-C under `npm start` comes twice: from the terminal, and passed on by npm. */
const ONE_KEYSTROKE_MS = 1_000

export interface StopSignals {
  /** Aborted when the process is asked to stop. */
  readonly stop: AbortSignal
  /** Aborted when it is asked again; asked a third time, the process ends at once. */
  readonly force: AbortSignal
  dispose(): void
}

/** Ctrl-C, a service manager, a closed terminal, or the end of the process that started this one. */
export function listenForStop(): StopSignals {
  const stop = new AbortController()
  const force = new AbortController()
  let first = 0
  const ask = () => {
    if (!stop.signal.aborted) {
      first = performance.now()
      return stop.abort()
    }
    if (performance.now() - first < ONE_KEYSTROKE_MS) return
    force.abort()
    dispose()
  }
  const parentEnded = () => stop.abort()
  const dispose = () => {
    for (const name of names) process.off(name, ask)
    process.off('disconnect', parentEnded)
  }
  for (const name of names) process.on(name, ask)
  process.on('disconnect', parentEnded)
  if (process.connected === false) parentEnded()
  return { stop: stop.signal, force: force.signal, dispose }
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) return done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
