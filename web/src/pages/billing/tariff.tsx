import { Paper, Table } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { Fact, Facts, Loaded, Page } from '../../ui/page'
import { useMoney } from '../../words/billing'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Tarief',
    lead: 'Wat MYOBI nu in rekening brengt, zonder btw.',
    version: 'Versie',
    effective: 'Geldt vanaf',
    vat: 'Btw',
    days: 'Betalen binnen',
    in_days: '{count, plural, one {# dag} other {# dagen}}',
    what: 'Wat',
    amount: 'Bedrag',
    per: 'Per',
    event: 'keer',
    month: 'maand',
    free: 'Gratis',
    first: '{count, plural, one {de eerste} other {de eerste #}}',
    never: 'nee',
  },
  en: {
    title: 'Tariff',
    lead: 'What MYOBI charges now, without VAT.',
    version: 'Version',
    effective: 'Holds from',
    vat: 'VAT',
    days: 'Pay within',
    in_days: '{count, plural, one {# day} other {# days}}',
    what: 'What',
    amount: 'Amount',
    per: 'Per',
    event: 'time',
    month: 'month',
    free: 'Free',
    first: '{count, plural, one {the first} other {the first #}}',
    never: 'no',
  },
})

/** What the trust anchor charges now. */
export default function TariffPage() {
  const say = useWords(texts)
  const { euro, language } = useMoney()
  const { day, number } = useFormats()
  const found = useRead('billing.tariff', {})
  const tariff = found.data
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={found}>
        {tariff && (
          <>
            <Paper withBorder p="lg" radius="md">
              <Facts>
                <Fact name={say('version')}>{tariff.version}</Fact>
                <Fact name={say('effective')}>{day(tariff.effective)}</Fact>
                <Fact name={say('vat')}>{number(tariff.vat_basis_points / 100)}%</Fact>
                <Fact name={say('days')}>{say('in_days', { count: tariff.payment_days })}</Fact>
              </Facts>
            </Paper>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
            <section className="scrolls" tabIndex={0} aria-label={say('title')}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    {(['what', 'amount', 'per', 'free'] as const).map((column) => (
                      <Table.Th key={column} scope="col">
                        {say(column)}
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {tariff.items.map((item) => (
                    <Table.Tr key={item.code}>
                      <Table.Th scope="row">{item.label[language]}</Table.Th>
                      <Table.Td>{euro(item.amount_cents)}</Table.Td>
                      <Table.Td>{say(item.per)}</Table.Td>
                      <Table.Td>
                        {item.free_first === null || item.free_first === 0
                          ? say('never')
                          : say('first', { count: item.free_first })}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          </>
        )}
      </Loaded>
    </Page>
  )
}
