import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { call } from '../../api/call'
import { useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { billingWords, useMoney } from '../../words/billing'
import { useFormats, useWords, words } from '../../words/words'
import { Documents, InvoiceLine, lastMonths } from './statement'

const texts = words({
  nl: {
    title: 'Facturen',
    lead: 'Wat wij aan organisaties in rekening brachten.',
    close: 'Maand afsluiten',
    close_title: '{month} afsluiten?',
    close_text:
      'Leden krijgen hun maandbedrag, en iedereen een factuur over deze maand. Een afgesloten maand gaat niet meer open.',
    which: 'Welke maand?',
    closed_now: '{month} is afgesloten.',
    periods: 'Afgesloten maanden',
    none: 'Er is nog geen maand afgesloten.',
    period:
      '{month}: {count, plural, =0 {geen facturen} one {# factuur} other {# facturen}}, afgesloten op {at}',
  },
  en: {
    title: 'Invoices',
    lead: 'What we charged organisations.',
    close: 'Close a month',
    close_title: 'Close {month}?',
    close_text:
      'Members are charged for the month, and everybody gets an invoice for it. A closed month does not open again.',
    which: 'Which month?',
    closed_now: '{month} is closed.',
    periods: 'Closed months',
    none: 'No month was closed yet.',
    period: '{month}: {count, plural, =0 {no invoices} one {# invoice} other {# invoices}}, closed on {at}',
  },
})

/** Invoices of everybody, and the months they come from. */
export default function Invoices() {
  const say = useWords(texts)
  const sayBilling = useWords(billingWords)
  const { month, language } = useMoney()
  const { moment } = useFormats()
  const who = useWho()
  const list = useList('billing.invoices', {})
  const periods = useRead('billing.periods', {})
  const [isClosing, setClosing] = useState(false)
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        hasRole(who, 'servicedesk') && <Button onClick={() => setClosing(true)}>{say('close')}</Button>
      }
    >
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{sayBilling('no_invoices')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((invoice) => (
            <InvoiceLine key={invoice.number} invoice={invoice}>
              <Documents
                name={invoice.number}
                of={invoice.number}
                read={async (format) =>
                  (await call('billing.invoice', { number: invoice.number, format, language })).content
                }
              />
            </InvoiceLine>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      <Section title={say('periods')}>
        <Loaded of={periods}>
          {periods.data?.items.length === 0 && <Text c="dimmed">{say('none')}</Text>}
          {periods.data?.items.map((one) => (
            <Text key={one.period}>
              {say('period', {
                month: month(one.period),
                count: one.invoices,
                at: moment(one.closed_at),
              })}
            </Text>
          ))}
        </Loaded>
      </Section>
      {isClosing && (
        <Close
          closed={(periods.data?.items ?? []).map(({ period }) => period)}
          onClose={() => setClosing(false)}
        />
      )}
    </Page>
  )
}

function Close({ closed, onClose }: { readonly closed: readonly string[]; readonly onClose: () => void }) {
  const say = useWords(texts)
  const { month } = useMoney()
  const tell = useTell()
  const close = useChange('billing.close', ['billing.'])
  const open = lastMonths().filter((period) => !closed.includes(period))
  const [period, setPeriod] = useState<string | null>(null)
  return (
    <Confirm
      title={period === null ? say('close') : say('close_title', { month: month(period) })}
      text={say('close_text')}
      sure={say('close')}
      isReady={period !== null}
      error={close.error}
      busy={close.isPending}
      onClose={onClose}
      onSure={() => {
        if (period === null) return
        close.mutate(
          { period },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('closed_now', { month: month(period) }) })
            },
          },
        )
      }}
    >
      <Group>
        <Select
          label={say('which')}
          required
          value={period}
          onChange={setPeriod}
          data={open.map((value) => ({ value, label: month(value) }))}
        />
      </Group>
    </Confirm>
  )
}
