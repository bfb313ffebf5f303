import type { Input } from './client.ts'
import type { Session } from './command.ts'
import { CommandFailure } from './failure.ts'

/** What people are warned of before an operation is called; the call goes on. */
export const warnings: Readonly<Record<string, (session: Session, input: Input) => Promise<void>>> = {
  'access.request': async (session, { claims, purpose }) => {
    try {
      const checked = await session.call('questions.check', { claims, purpose })
      const { catalogue } = checked as { catalogue?: string }
      if (catalogue === 'asks_more') session.warn('questions.check', checked)
    } catch (error) {
      // Whatever keeps this from being looked at is said of the request itself, if it matters there.
      if (!(error instanceof CommandFailure)) throw error
    }
  },
}
