import { Group, Radio } from '@mantine/core'
import { hasRole, useWho } from '../../who'
import { standingWords } from '../../words/standing'
import { useWords } from '../../words/words'

export type Whose = 'me' | 'organisation'

/** Whether it is about herself or the company; not asked of who decides about herself alone. */
export function WhoseChoice({
  value,
  onChange,
}: {
  readonly value: Whose
  readonly onChange: (value: Whose) => void
}) {
  const say = useWords(standingWords)
  const who = useWho()
  if (!hasRole(who, 'administrator')) return null
  return (
    <Radio.Group label={say('whose')} value={value} onChange={(chosen) => onChange(chosen as Whose)}>
      <Group mt={4}>
        <Radio value="me" label={say('me')} />
        <Radio value="organisation" label={say('organisation')} />
      </Group>
    </Radio.Group>
  )
}
