import { Button, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    wrong: 'Klopt niet',
    title: '{what} van {name} verbeteren',
    text: '{name} krijgt uw voorstel en beslist. Wie dit gegeven verder mag zien, krijgt de verbetering dan ook.',
    value: 'Wat het volgens u is',
    reason: 'Waarom',
    propose: 'Voorstellen',
    proposed: 'Voorgesteld aan {name}.',
  },
  en: {
    wrong: 'Not right',
    title: 'Correct {what} of {name}',
    text: '{name} gets your proposal and decides. Whoever else may see this then gets the correction too.',
    value: 'What you think it is',
    reason: 'Why',
    propose: 'Propose',
    proposed: 'Proposed to {name}.',
  },
})

/** Says to a partner that what it shares is not right, and what it is. */
export function Propose({
  partner,
  claim,
}: {
  readonly partner: { readonly did: string; readonly name: string }
  readonly claim: string
}) {
  const say = useWords(texts)
  const names = useNames()
  const tell = useTell()
  const [isOpen, open] = useState(false)
  const [value, setValue] = useState('')
  const [reason, setReason] = useState('')
  const propose = useChange('corrections.propose', ['corrections.'])
  const { what } = names.claim(claim)
  const { name } = partner
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        className="no-print"
        aria-label={`${say('wrong')}: ${what}`}
        onClick={() => open(true)}
      >
        {say('wrong')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('title', { what, name })}
          text={say('text', { name })}
          sure={say('propose')}
          isHarmless
          isReady={value.trim() !== '' && reason.trim() !== ''}
          error={propose.error}
          busy={propose.isPending}
          onClose={() => open(false)}
          onSure={() =>
            propose.mutate(
              { partner: partner.did, claim, value: value.trim(), reason },
              {
                onSuccess: () => {
                  open(false)
                  tell({ text: say('proposed', { name }) })
                },
              },
            )
          }
        >
          <TextInput
            label={say('value')}
            required
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
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
