import { Anchor, Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback } from 'react'
import { useList, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useFormats, useWords, words } from '../../words/words'
import { roleOf, standingOf } from './around'
import { aroundWords, arrows, marks, useRoleNames } from './words'

/** Its library is larger than the rest of the page: only who looks at the map has it. */
const PartnerMap = lazy(() => import('./partner-map'))

const texts = words({
  nl: {
    title: 'Ecosysteem',
    lead: 'Uw partners rond uw bedrijf, naar hun rol: wie meedoet in het netwerk en wie nog niet.',
    empty: 'Er zijn nog geen partners.',
    import: 'Haal uw partners op uit een lijst',
    map: 'Kaart',
    roles: 'Naar rol',
    each: 'Elke partner',
    name: 'Partner',
    standing: 'Stand',
    gave: 'Wij delen',
    got: 'Wij krijgen',
    balance: 'Wederkerigheid',
    data: '{n, plural, one {# gegeven} other {# gegevens}}, {looks} keer gekeken',
    legend:
      '● doet mee · ◐ uitgenodigd · ○ nog niet uitgenodigd · ✕ zag ervan af · ⇄ in balans · → wij krijgen meer · ← zij krijgen meer',
    role: 'Rol',
    partners: 'Partners',
    active: 'Actief',
    in_network: 'In het netwerk',
    invited: 'Uitgenodigd',
    not_invited: 'Nog niet uitgenodigd',
    declined: 'Zag ervan af',
  },
  en: {
    title: 'Ecosystem',
    lead: 'Your partners around your company, by their role: who takes part in the network and who does not yet.',
    empty: 'There are no partners yet.',
    import: 'Bring your partners in from a list',
    map: 'Map',
    roles: 'By role',
    each: 'Each partner',
    name: 'Partner',
    standing: 'Standing',
    gave: 'We share',
    got: 'We get',
    balance: 'Reciprocity',
    data: '{n, plural, one {# claim} other {# claims}}, looked at {looks} times',
    legend:
      '● takes part · ◐ invited · ○ not invited yet · ✕ declined · ⇄ in balance · → we get more · ← they get more',
    role: 'Role',
    partners: 'Partners',
    active: 'Active',
    in_network: 'In the network',
    invited: 'Invited',
    not_invited: 'Not invited yet',
    declined: 'Declined',
  },
})

const columns = ['partners', 'active', 'in_network', 'invited', 'not_invited', 'declined'] as const

export default function Ecosystem() {
  const say = useWords(texts)
  const sayAround = useWords(aroundWords)
  const { number } = useFormats()
  const ecosystem = useRead('invitations.ecosystem', {})
  const roles = ecosystem.data?.roles.filter(({ partners }) => partners > 0) ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={ecosystem}>
        {roles.length === 0 ? (
          <Empty
            action={
              <Anchor component={Link} to="/partners">
                {say('import')}
              </Anchor>
            }
          >
            {say('empty')}
          </Empty>
        ) : (
          <Stack>
            <Around>
              <Title order={2} size="h3">
                {say('roles')}
              </Title>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
              <section className="scrolls" tabIndex={0} aria-label={say('roles')}>
                <Table striped withTableBorder>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{say('role')}</Table.Th>
                      {columns.map((column) => (
                        <Table.Th key={column}>{say(column)}</Table.Th>
                      ))}
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {roles.map((one) => (
                      <Table.Tr key={one.role}>
                        <Table.Th scope="row">
                          <TextLink to="/partners" search={{ role: one.role }}>
                            {sayAround(one.role)}
                          </TextLink>
                        </Table.Th>
                        {columns.map((column) => (
                          <Table.Td key={column}>{number(one[column])}</Table.Td>
                        ))}
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </section>
            </Around>
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

/** The partners themselves around us, on a map and in a table that says the same. */
function Around({ children }: { readonly children: ReactNode }) {
  const say = useWords(texts)
  const sayAround = useWords(aroundWords)
  const roleName = useRoleNames()
  const list = useList('partners.list', { sort: 'activity', limit: 100 })
  const exchanged = useList('partners.reciprocity', { limit: 100 })
  const found = exchanged.items
  const with_ = useCallback(
    ({ id }: { id: string }) => found?.find(({ partner }) => partner.id === id),
    [found],
  )
  const balanceOf = useCallback(
    (partner: { id: string }) => with_(partner)?.balance.state ?? 'nothing',
    [with_],
  )
  return (
    <Loaded of={list}>
      <Paper withBorder p="md" radius="md" component="section" aria-label={say('map')}>
        <Suspense fallback={<Skeleton height={480} radius="md" />}>
          <PartnerMap partners={list.items ?? []} balanceOf={balanceOf} />
        </Suspense>
        <Text size="sm" c="dimmed" mt="xs">
          {say('legend')}
        </Text>
      </Paper>
      {children}
      <Title order={2} size="h3">
        {say('each')}
      </Title>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
      <section className="scrolls" tabIndex={0} aria-label={say('each')}>
        <Table striped withTableBorder>
          <Table.Thead>
            <Table.Tr>
              {(['name', 'role', 'standing', 'gave', 'got', 'balance'] as const).map((column) => (
                <Table.Th key={column}>{say(column)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items?.map((partner) => {
              const exchange = with_(partner)
              const balance = balanceOf(partner)
              const standing = standingOf(partner)
              const said = (side: 'gave' | 'got') =>
                exchange ? say('data', { n: exchange[side].claims, looks: exchange[side].looks }) : '–'
              return (
                <Table.Tr key={partner.id}>
                  <Table.Th scope="row" className="breakable">
                    <TextLink to="/partners/$id" params={{ id: partner.id }}>
                      {partner.name}
                    </TextLink>
                  </Table.Th>
                  <Table.Td>
                    {(partner.roles.length > 0 ? partner.roles : [roleOf(partner)]).map(roleName).join(', ')}
                  </Table.Td>
                  <Table.Td>
                    {marks[standing]} {sayAround(standing)}
                  </Table.Td>
                  <Table.Td>{said('gave')}</Table.Td>
                  <Table.Td>{said('got')}</Table.Td>
                  <Table.Td>
                    {arrows[balance]} {sayAround(balance)}
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      </section>
      <More list={list} />
    </Loaded>
  )
}
