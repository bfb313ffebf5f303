import { Badge } from '@mantine/core'
import type { Output } from '../../api/call'
import { breachWords } from '../../words/breaches'
import { useWords } from '../../words/words'

const HOUR_MS = 3_600_000

/** How long there is to decide about a breach and report it. */
export function BreachClock({ one }: { readonly one: Output<'breaches.show'> }) {
  const say = useWords(breachWords)
  if (one.state === 'closed') return null
  if (one.overdue)
    return (
      <Badge color="red" variant="light">
        {say('late')}
      </Badge>
    )
  const isSettled = one.authority?.report === false || one.reported_at !== null
  if (isSettled) return <span>{say('clock_done')}</span>
  const hours = Math.max(0, Math.floor((Date.parse(one.deadline_at) - Date.now()) / HOUR_MS))
  return <span>{say('hours_left', { hours })}</span>
}
