const FIRST_WAIT_MS = 100
const SHORT_WAIT_MS = 1_000
const SHORT_WAITS = 10
const LONGEST_WAIT_MS = 4 * 3_600_000

/** How long a delivery is tried, from the event on or from the moment somebody sent it again. */
export const GIVE_UP_AFTER_MS = 3 * 86_400_000

/**
 * How long to wait after a failed try. The first ten follow each other within a second, as a receiver that only
 * stumbles must not keep the events behind waiting; then twice as long each time, to four hours. Without chance in it:
 * never more calls are under way at one receiver than it has places, however many come due together.
 * @param attempts failed ones so far, from 1
 * @param askedMs what the receiver asked for (`Retry-After`); it may ask for no more than the four hours
 */
export function waitAfter(attempts: number, askedMs = 0): number {
  const short = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), SHORT_WAIT_MS)
  const wait = attempts <= SHORT_WAITS ? short : SHORT_WAIT_MS * 2 ** (attempts - SHORT_WAITS)
  return Math.min(Math.max(wait, askedMs), LONGEST_WAIT_MS)
}
