import { Badge, Button, Group, Paper, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { Fact, Facts, Failure, Section } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { billingWords, useMoney } from '../../words/billing'
import { useFormats, useWords } from '../../words/words'

type Statement = Output<'billing.mine'>['statement']
type Document = 'csv' | 'html'

/** What one organisation is charged in a month, line by line. */
export function Shown({ one }: { readonly one: Statement }) {
  const say = useWords(billingWords)
  const { euro, month } = useMoney()
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('month')}>
            {month(one.period)} <Badge variant="light">{say(one.state)}</Badge>
          </Fact>
          <Fact name={say('net')}>{euro(one.net_cents)}</Fact>
          <Fact name={say('vat')}>{euro(one.vat_cents)}</Fact>
          <Fact name={say('total')}>
            <strong>{euro(one.total_cents)}</strong>
          </Fact>
          {one.saved_cents > 0 && <Fact name={say('saved')}>{euro(one.saved_cents)}</Fact>}
        </Facts>
      </Paper>
      <Lines lines={one.lines} />
      {one.invoices.length > 0 && (
        <Section title={say('invoices')}>
          {one.invoices.map((invoice) => (
            <InvoiceLine key={invoice.number} invoice={invoice} />
          ))}
        </Section>
      )}
    </>
  )
}

function Lines({ lines }: { readonly lines: Statement['lines'] }) {
  const say = useWords(billingWords)
  const { line, language } = useMoney()
  const { day } = useFormats()
  return (
    <Section title={say('lines')}>
      {lines.length === 0 ? (
        <Text c="dimmed">{say('no_lines')}</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too
        <section className="scrolls" tabIndex={0} aria-label={say('table')}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{say('at')}</Table.Th>
                <Table.Th scope="col">{say('what')}</Table.Th>
                <Table.Th scope="col">{say('amount')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{day(one.at)}</Table.Td>
                  <Table.Td>
                    {one.label[language]}
                    {one.kind === 'correction' && ` (${say('correction')})`}
                    {one.reason !== null && (
                      <Text size="sm" c="dimmed">
                        “{one.reason}”
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{line(one)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Section>
  )
}

/** An invoice in a line, for who reads several. */
export function InvoiceLine({
  invoice,
  children,
}: {
  readonly invoice: Statement['invoices'][number]
  readonly children?: React.ReactNode
}) {
  const say = useWords(billingWords)
  const { euro } = useMoney()
  const { day } = useFormats()
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 12rem">
          {say(invoice.kind)} {invoice.number} · {invoice.payer_name}
        </Text>
        <Text fw={600}>{euro(invoice.total_cents)}</Text>
      </Group>
      <Text size="sm" c="dimmed">
        {[say('issued', { day: day(invoice.issued_at) }), say('due', { day: day(invoice.due_at) })].join(
          ' · ',
        )}
      </Text>
      {children}
    </Paper>
  )
}

/** The ways to take a document along: a table for a spreadsheet, and where there is one a page to read. */
export function Documents({
  name,
  of,
  kinds = ['csv', 'html'],
  read,
}: {
  /** Of the file, without what it ends on. */
  readonly name: string
  /** Tells one of several apart. */
  readonly of?: string
  readonly kinds?: readonly Document[]
  readonly read: (format: Document) => Promise<string | null>
}) {
  const say = useWords(billingWords)
  const [busy, setBusy] = useState<Document | null>(null)
  const [error, setError] = useState<unknown>(null)
  const save = async (format: Document) => {
    setError(null)
    setBusy(format)
    try {
      const content = await read(format)
      if (content === null) throw new Error(say('nothing_saved'))
      saveFile(`${name}.${format}`, format === 'csv' ? 'text/csv' : 'text/html', content)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(null)
    }
  }
  return (
    <>
      {error !== null && <Failure error={error} />}
      <Group gap="xs" mt="xs" className="no-print">
        {kinds.map((format) => {
          const what = format === 'csv' ? 'as_table' : 'as_page'
          return (
            <Button
              key={format}
              size="xs"
              variant="default"
              loading={busy === format}
              onClick={() => void save(format)}
              {...(of !== undefined && { 'aria-label': say(`${what}_of`, { number: of }) })}
            >
              {say(what)}
            </Button>
          )
        })}
      </Group>
    </>
  )
}

const MONTHS = 13

/** The months that somebody may look at, this one first. @returns each `YYYY-MM` */
export function lastMonths(now = new Date()): string[] {
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(now.getFullYear(), now.getMonth() - back, 1)).toISOString().slice(0, 7),
  )
}
