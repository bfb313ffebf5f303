import { Paper, Table, Text } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { Loaded, Section } from '../../ui/page'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Over en weer',
    lead: 'Van {since} tot en met {until}.',
    what: 'Wat',
    gave: 'Wij aan hen',
    got: 'Zij aan ons',
    live_grants: 'Toestemmingen die gelden',
    past_grants: 'Toestemmingen die voorbij zijn',
    claims: 'Gegevens',
    purposes: 'Doelen',
    looks: 'Keer gekeken',
    in_balance: 'Het is in balans.',
    we_get_more: 'Wij krijgen meer dan wij geven.',
    they_get_more: 'Zij krijgen meer dan zij geven.',
  },
  en: {
    title: 'Both ways',
    lead: 'From {since} until {until}.',
    what: 'What',
    gave: 'We to them',
    got: 'They to us',
    live_grants: 'Grants that hold',
    past_grants: 'Grants that are over',
    claims: 'Data',
    purposes: 'Purposes',
    looks: 'Times looked',
    in_balance: 'It is in balance.',
    we_get_more: 'We get more than we give.',
    they_get_more: 'They get more than they give.',
  },
})

const rows = ['live_grants', 'past_grants', 'claims', 'purposes', 'looks'] as const

/** What a partner and we share with each other. */
export function Exchange({ did }: { readonly did: string }) {
  const say = useWords(texts)
  const { day, number } = useFormats()
  const found = useRead('partners.balance', { partner: did })
  const { gave, got, balance, period } = found.data ?? {}
  return (
    <Section title={say('title')}>
      <Loaded of={found}>
        {gave && got && balance && period && (
          <Paper withBorder p="md" radius="md">
            <Text>{say(balance.state)}</Text>
            <Text size="sm" c="dimmed">
              {say('lead', { since: day(period.since), until: day(period.until) })}
            </Text>
            <Table mt="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('what')}</Table.Th>
                  <Table.Th>{say('gave')}</Table.Th>
                  <Table.Th>{say('got')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row}>
                    <Table.Th scope="row">{say(row)}</Table.Th>
                    <Table.Td>{number(gave[row])}</Table.Td>
                    <Table.Td>{number(got[row])}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
        )}
      </Loaded>
    </Section>
  )
}
