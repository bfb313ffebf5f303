import { Table } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { Empty, Loaded, Page } from '../../ui/page'
import { Copy } from '../../ui/shown-once'
import { useWho } from '../../who'
import { policyWords } from '../../words/policy'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wie aanvaardde wat',
    lead: 'Elke aanvaarding van de TTP-policy hier, met de ondertekening zelf: het bewijs.',
    empty: 'Hier is nog niets aanvaard.',
    who: 'Wie',
    what: 'Wat',
    for: 'Voor wie',
    when: 'Wanneer',
    proof: 'Bewijs',
    herself: 'zichzelf',
    erased: 'gewist',
    table: 'Aanvaardingen',
  },
  en: {
    title: 'Who accepted what',
    lead: 'Each acceptance of the TTP policy here, with what was signed: the evidence.',
    empty: 'Nothing was accepted here yet.',
    who: 'Who',
    what: 'What',
    for: 'For whom',
    when: 'When',
    proof: 'Evidence',
    herself: 'this person',
    erased: 'erased',
    table: 'Acceptances',
  },
})

export default function PolicyAcceptances() {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const who = useWho()
  const { moment } = useFormats()
  const list = useRead('policy.acceptances', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.data?.items.length === 0 ? (
          <Empty>{say('empty')}</Empty>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with a keyboard
          <section className="scrolls" aria-label={say('table')} tabIndex={0}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('who')}</Table.Th>
                  <Table.Th>{say('what')}</Table.Th>
                  <Table.Th>{say('for')}</Table.Th>
                  <Table.Th>{say('when')}</Table.Th>
                  <Table.Th>{say('proof')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.data?.items.map((one) => (
                  <Table.Tr key={`${one.signer} ${one.party} ${one.digest}`}>
                    <Table.Th scope="row">{one.name ?? say('erased')}</Table.Th>
                    <Table.Td>{sayPolicy('version', { version: one.version })}</Table.Td>
                    <Table.Td>{one.party === 'company' ? who.organisation.name : say('herself')}</Table.Td>
                    <Table.Td>{moment(one.signed_at)}</Table.Td>
                    <Table.Td>{one.signed === null ? say('erased') : <Copy text={one.signed} />}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
      </Loaded>
    </Page>
  )
}
