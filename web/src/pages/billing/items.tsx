import { Badge, Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { billingWords, useMoney } from '../../words/billing'
import { useFormats, useWords, words } from '../../words/words'
import { Documents } from './statement'

type Charged = Item<'billing.items'>

const texts = words({
  nl: {
    title: 'Posten',
    lead: 'Alles wat in rekening is gebracht en gecorrigeerd, het nieuwste eerst.',
    empty: 'Er is nog niets in rekening gebracht.',
    show_all: 'Alle posten tonen',
    correct: 'Corrigeren',
    correct_name: '{what} van {day} corrigeren',
    correct_title: '{what} van {amount} corrigeren?',
    correct_text:
      'De post blijft staan; er komt een correctie bij, en een creditnota of factuur waar dat nodig is. Dit gaat niet terug.',
    to: 'Het bedrag wordt, in euro zonder btw',
    reason: 'Reden (de organisatie leest dit)',
    corrected: 'De post is gecorrigeerd.',
    statement: 'Rekening van {name}',
  },
  en: {
    title: 'Items',
    lead: 'All that was charged and corrected, newest first.',
    empty: 'Nothing was charged yet.',
    show_all: 'Show all items',
    correct: 'Correct',
    correct_name: 'Correct {what} of {day}',
    correct_title: 'Correct {what} of {amount}?',
    correct_text:
      'The item stays; a correction is added, and a credit note or invoice where one is needed. It is not taken back.',
    to: 'The amount becomes, in euro without VAT',
    reason: 'Reason (the organisation reads this)',
    corrected: 'The item was corrected.',
    statement: 'Statement of {name}',
  },
})

/** What was charged to everybody, and how a mistake in it is put right. */
export default function Items() {
  const say = useWords(texts)
  const { language } = useMoney()
  const navigate = useNavigate()
  const { organisation, period } = useSearch({ from: '/inside/billing/items' })
  const which = {
    ...(organisation !== undefined && { organisation }),
    ...(period !== undefined && { period }),
  }
  const list = useList('billing.items', which)
  const [correcting, correct] = useState<Charged | null>(null)
  // The newest comes first: what corrects an item was read before the item.
  const corrected = new Set(list.items?.map(({ corrects }) => corrects))
  const isSome = organisation !== undefined || period !== undefined
  const showAll = () =>
    navigate({ to: '/billing/items', search: { organisation: undefined, period: undefined } })
  return (
    <Page title={say('title')} lead={say('lead')}>
      {isSome && (
        <Group>
          <Button variant="default" onClick={showAll}>
            {say('show_all')}
          </Button>
        </Group>
      )}
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <Line key={one.id} one={one} isCorrected={corrected.has(one.id)} onCorrect={() => correct(one)} />
          ))}
        </Stack>
        <More list={list} />
        {(list.items?.length ?? 0) > 0 && (
          <Documents
            name="items"
            kinds={['csv']}
            read={async (format) => (await call('billing.items', { ...which, format, language })).content}
          />
        )}
      </Loaded>
      {correcting && <Correct one={correcting} onClose={() => correct(null)} />}
    </Page>
  )
}

function Line({
  one,
  isCorrected,
  onCorrect,
}: {
  readonly one: Charged
  readonly isCorrected: boolean
  readonly onCorrect: () => void
}) {
  const say = useWords(texts)
  const sayBilling = useWords(billingWords)
  const { line, language } = useMoney()
  const { day } = useFormats()
  const who = useWho()
  const party = useRead('registry.find', { dids: one.payer })
  const name = party.data?.items[0]?.name ?? one.payer
  const what = one.label[language]
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 12rem">
          {what}
        </Text>
        <Group gap="xs">
          {one.kind === 'correction' && <Badge variant="light">{sayBilling('correction')}</Badge>}
          {isCorrected && <Badge variant="light">{sayBilling('corrected')}</Badge>}
          <Text fw={600}>{line(one)}</Text>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" className="breakable">
        {[day(one.at), one.reason].filter(Boolean).join(' · ')}
      </Text>
      <Group mt="xs" className="no-print" wrap="wrap">
        <TextLink
          to="/billing/items/statement"
          search={{ organisation: one.payer, period: one.period }}
          size="sm"
          className="breakable"
        >
          {say('statement', { name })}
        </TextLink>
        {hasRole(who, 'servicedesk') && one.kind === 'charge' && (
          <Button
            size="xs"
            variant="default"
            aria-label={say('correct_name', { what, day: day(one.at) })}
            onClick={onCorrect}
          >
            {say('correct')}
          </Button>
        )}
      </Group>
    </Paper>
  )
}

const AMOUNT = /^(\d{1,7})(?:[.,](\d{1,2}))?$/

/** `12,5` → 1250; null where it is no amount. */
const centsOf = (typed: string): number | null => {
  const found = AMOUNT.exec(typed.trim())
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null
}

function Correct({ one, onClose }: { readonly one: Charged; readonly onClose: () => void }) {
  const say = useWords(texts)
  const { euro, language } = useMoney()
  const tell = useTell()
  const correct = useChange('billing.correct', ['billing.'])
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const cents = centsOf(to)
  return (
    <Confirm
      title={say('correct_title', { what: one.label[language], amount: euro(one.cents) })}
      text={say('correct_text')}
      sure={say('correct')}
      isReady={cents !== null && reason.trim() !== ''}
      error={correct.error}
      busy={correct.isPending}
      onClose={onClose}
      onSure={() => {
        if (cents === null) return
        correct.mutate(
          { id: one.id, to_cents: cents, reason: reason.trim() },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('corrected') })
            },
          },
        )
      }}
    >
      <TextInput
        label={say('to')}
        required
        inputMode="decimal"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Textarea
        label={say('reason')}
        required
        autosize
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}
