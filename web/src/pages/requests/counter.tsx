import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { type Item, useChange } from '../../api/hooks'
import { ClaimChoice, companyClaims } from '../../ui/claim-choice'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Ja, als ik de gegevens van {name} mag zien',
    text: 'Beide toestemmingen gaan tegelijk in, of geen van beide. {name} heeft twee weken om te antwoorden.',
    want: 'Wat wilt u zien?',
    reason: 'Waarom hebt u dat nodig?',
    value: 'Wat heeft {name} daaraan?',
    send: 'Tegenvoorstel doen',
    sent: 'Het tegenvoorstel is naar {name}.',
  },
  en: {
    title: 'Yes, if I may see the data of {name}',
    text: 'Both grants begin together, or neither does. {name} has two weeks to answer.',
    want: 'What do you want to see?',
    reason: 'Why do you need it?',
    value: 'What does {name} get out of it?',
    send: 'Make the counter-offer',
    sent: 'The counter-offer is on its way to {name}.',
  },
})

/** Yes, if I may see yours. */
export function Counter({
  request: { id, asker },
  only,
  until,
  onClose,
  onMade,
}: {
  readonly request: Pick<Item<'access.list'>, 'id' | 'asker'>
  /** What she would share of what was asked; all of it where it is not given. */
  readonly only: readonly string[] | undefined
  readonly until: string | undefined
  readonly onClose: () => void
  readonly onMade: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const counter = useChange('access.counter', ['access.'])
  const [want, setWant] = useState<readonly string[]>([])
  const [reason, setReason] = useState('')
  const [value, setValue] = useState('')
  const name = asker.name
  return (
    <Confirm
      title={say('title', { name })}
      text={say('text', { name })}
      sure={say('send')}
      isHarmless
      isReady={want.length > 0 && reason.trim() !== '' && value.trim() !== ''}
      error={counter.error}
      busy={counter.isPending}
      onClose={onClose}
      onSure={() =>
        counter.mutate(
          {
            ...{ id, want: [...want], reason: reason.trim(), value: value.trim() },
            ...(only && { only: [...only] }),
            ...(until !== undefined && { until }),
          },
          {
            onSuccess: () => {
              tell({ text: say('sent', { name }) })
              onMade()
            },
          },
        )
      }
    >
      <ClaimChoice label={say('want')} all={companyClaims} chosen={want} onChoose={setWant} />
      <Textarea
        label={say('reason')}
        value={reason}
        maxLength={1000}
        autosize
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Textarea
        label={say('value', { name })}
        value={value}
        maxLength={1000}
        autosize
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </Confirm>
  )
}
