import { Button, Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    moment: 'Eerder vertellen',
    title: 'Waarom moet {name} het nu horen?',
    text: 'De wet zegt: uiterlijk bij het eerste contact, en voordat u gegevens aan een ander geeft. Het geldt voor iedereen van deze partner.',
    first_contact: 'Wij namen voor het eerst contact op',
    first_disclosure: 'Wij gaven gegevens aan een ander',
    sure: 'Nu vertellen',
    due: '{n, plural, =0 {Er hoeft niemand meer iets te horen.} one {Eén persoon moet het nu horen.} other {# personen moeten het nu horen.}}',
  },
  en: {
    moment: 'Tell sooner',
    title: 'Why must {name} hear it now?',
    text: 'The law says: at the first contact at the latest, and before you give data to another. It goes for everybody of this partner.',
    first_contact: 'We made contact for the first time',
    first_disclosure: 'We gave data to another',
    sure: 'Tell now',
    due: '{n, plural, =0 {Nobody needs to hear anything any more.} one {One person must hear it now.} other {# persons must hear it now.}}',
  },
})

const reasons = ['first_contact', 'first_disclosure'] as const

/** Says what makes that persons of a partner have to hear of their data at once, not only within the month. */
export function InformingMoment({ partner, name }: { readonly partner: string; readonly name: string }) {
  const say = useWords(texts)
  const tell = useTell()
  const set = useChange('informing.moment', ['informing.'])
  const [isOpen, open] = useState(false)
  const [because, choose] = useState<(typeof reasons)[number]>('first_contact')
  return (
    <>
      <Button variant="subtle" aria-label={`${say('moment')}: ${name}`} onClick={() => open(true)}>
        {say('moment')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('title', { name })}
          text={say('text')}
          sure={say('sure')}
          isHarmless
          error={set.error}
          busy={set.isPending}
          onClose={() => open(false)}
          onSure={() =>
            set.mutate(
              { partner, because },
              {
                onSuccess: ({ due }) => {
                  open(false)
                  tell({ text: say('due', { n: due }) })
                },
              },
            )
          }
        >
          <Radio.Group
            aria-label={say('title', { name })}
            value={because}
            onChange={(value) => choose(reasons.find((one) => one === value) ?? 'first_contact')}
          >
            <Stack gap="xs">
              {reasons.map((value) => (
                <Radio key={value} value={value} label={say(value)} />
              ))}
            </Stack>
          </Radio.Group>
        </Confirm>
      )}
    </>
  )
}
