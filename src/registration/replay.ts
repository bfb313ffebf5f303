import { CLOCK_SKEW_S, type Clock, type Did, Refusal, seconds } from '../core/index.ts'
import { rows, type Tx } from '../store/index.ts'

/** Longer than {@link CLOCK_SKEW_S}, so that a message is refused as expired before it is forgotten. */
const MARGIN_S = 2 * CLOCK_SKEW_S

/**
 * Lets a message count once.
 * @throws Refusal `message_replayed`
 */
export async function burn(
  tx: Tx,
  clock: Clock,
  message: { readonly iss: Did; readonly jti: string; readonly exp: number },
): Promise<void> {
  await rows(tx, 'DELETE FROM registration_message WHERE expires_at < ? RETURNING jti', [
    seconds(clock.now()),
  ])
  const burnt = await rows(
    tx,
    `INSERT INTO registration_message (issuer, jti, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (issuer, jti) DO NOTHING RETURNING jti`,
    [message.iss, message.jti, message.exp + MARGIN_S],
  )
  if (burnt.length === 0)
    throw new Refusal('conflict', 'message_replayed', 'this message was sent before: sign a new one')
}
