import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    changed: 'Een wet is gewijzigd',
    text: 'Alle contractmodellen die op deze wet rusten, en de overeenkomsten die ermee zijn gemaakt, worden gemerkt om opnieuw te bekijken.',
    law: 'Welke wet?',
    since: 'Sinds wanneer',
    reason: 'Wat er veranderde',
    sure: 'Merken',
    done: '{n, plural, =0 {Er rust niets op deze wet.} one {Eén stuk is gemerkt.} other {# stukken zijn gemerkt.}}',
  },
  en: {
    changed: 'A law changed',
    text: 'All templates that rest on this law, and the agreements made from them, are flagged to be looked at again.',
    law: 'Which law?',
    since: 'Since when',
    reason: 'What changed',
    sure: 'Flag',
    done: '{n, plural, =0 {Nothing rests on this law.} one {One paper is flagged.} other {# papers are flagged.}}',
  },
})

type Law = Output<'contracts.show'>['content']['laws'][number]

/** Says that a law on which a template rests changed. */
export function LawChanged({ laws }: { readonly laws: readonly Law[] }) {
  const say = useWords(texts)
  const tell = useTell()
  const change = useChange('laws.changed', ['contracts.', 'agreements.'])
  const [isOpen, open] = useState(false)
  const [law, choose] = useState(laws[0]?.law ?? '')
  const [since, setSince] = useState('')
  const [reason, setReason] = useState('')
  return (
    <>
      <Button variant="subtle" onClick={() => open(true)}>
        {say('changed')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('changed')}
          text={say('text')}
          sure={say('sure')}
          isHarmless
          isReady={since !== '' && reason.trim() !== ''}
          error={change.error}
          busy={change.isPending}
          onClose={() => open(false)}
          onSure={() =>
            change.mutate(
              { law, since, reason: reason.trim() },
              {
                onSuccess: ({ items }) => {
                  open(false)
                  tell({ text: say('done', { n: items.length }) })
                },
              },
            )
          }
        >
          <NativeSelect
            label={say('law')}
            value={law}
            data={laws.map((one) => ({ value: one.law, label: one.name }))}
            onChange={(event) => choose(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={say('since')}
            required
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
          <Textarea
            label={say('reason')}
            required
            autosize
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </>
  )
}
