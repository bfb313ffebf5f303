import { Button, Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { useTell } from '../../ui/told'
import { useNames } from '../../words/names'
import { partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    bounced: 'Komt niet aan',
    title: '{what} van {name}: komt niet aan',
    text: 'Het staat daarna bij wat aandacht vraagt.',
    hard: 'Nooit: het bestaat niet (meer)',
    soft: 'Nu niet: later misschien wel',
    sure: 'Melden',
    done: 'Gemeld.',
  },
  en: {
    bounced: 'Does not arrive',
    title: '{what} of {name}: does not arrive',
    text: 'It then stands among what asks for attention.',
    hard: 'Never: it does not exist (any more)',
    soft: 'Not now: perhaps later',
    sure: 'Report',
    done: 'Reported.',
  },
})

type Field = NonNullable<Input<'partners.bounced'>['field']>
export const bouncingFields: readonly Field[] = ['email', 'phone', 'address']
/** What is sent to, in a claim that a partner shares. */
const BOUNCING_CLAIM = /\.(?:email|invoice_email|phone_number|address|postal_address)$/

export const mayBounce = (claim: string): boolean => BOUNCING_CLAIM.test(claim)

/** Reports that what was sent to a partner came back: to what we have of it, or to what it shares. */
export function Bounced({
  partner: { id, name },
  of,
}: {
  readonly partner: { readonly id: string; readonly name: string }
  readonly of: { readonly field: Field } | { readonly claim: string; readonly subject: string }
}) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const names = useNames()
  const tell = useTell()
  const report = useChange('partners.bounced', ['partners.'])
  const [isOpen, open] = useState(false)
  const [kind, setKind] = useState<'hard' | 'soft'>('hard')
  const what = 'field' in of ? sayPartner(of.field) : names.claim(of.claim).what
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        className="no-print"
        aria-label={`${say('bounced')}: ${what}`}
        onClick={() => open(true)}
      >
        {say('bounced')}
      </Button>
      {isOpen && (
        <Confirm
          title={say('title', { what, name })}
          text={say('text')}
          sure={say('sure')}
          isHarmless
          error={report.error}
          busy={report.isPending}
          onClose={() => open(false)}
          onSure={() =>
            report.mutate(
              { partner: id, kind, ...of },
              {
                onSuccess: () => {
                  open(false)
                  tell({ text: say('done') })
                },
              },
            )
          }
        >
          <Radio.Group
            aria-label={say('bounced')}
            value={kind}
            onChange={(value) => setKind(value === 'soft' ? 'soft' : 'hard')}
          >
            <Stack gap="xs">
              <Radio value="hard" label={say('hard')} />
              <Radio value="soft" label={say('soft')} />
            </Stack>
          </Radio.Group>
        </Confirm>
      )}
    </>
  )
}
