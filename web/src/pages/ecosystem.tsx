import { Anchor, Paper, Stack, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Output } from '../api/call'
import { useRead } from '../api/hooks'
import { TextLink } from '../ui/link'
import { Empty, Loaded, Page } from '../ui/page'
import { useWho } from '../who'
import { useFormats, useWords, words } from '../words/words'

type Role = Output<'invitations.ecosystem'>['roles'][number]

const texts = words({
  nl: {
    title: 'Ecosysteem',
    lead: 'Uw partners rond uw bedrijf, naar hun rol: wie meedoet in het netwerk en wie nog niet.',
    empty: 'Er zijn nog geen partners.',
    import: 'Haal uw partners op uit een lijst',
    map: 'Kaart: elke rol is een cirkel, hoe groter hoe meer partners; het gevulde deel doet mee in het netwerk.',
    role: 'Rol',
    partners: 'Partners',
    active: 'Actief',
    in_network: 'In het netwerk',
    invited: 'Uitgenodigd',
    not_invited: 'Nog niet uitgenodigd',
    declined: 'Zag ervan af',
    of: '{part} van {all}',
    customer: 'Klanten',
    supplier: 'Leveranciers',
    employee: 'Medewerkers',
    substitute: 'Invallers',
    freelancer: 'Zzp’ers',
    volunteer: 'Vrijwilligers',
    intermediary: 'Tussenpersonen',
    none: 'Zonder rol',
  },
  en: {
    title: 'Ecosystem',
    lead: 'Your partners around your company, by their role: who takes part in the network and who does not yet.',
    empty: 'There are no partners yet.',
    import: 'Bring your partners in from a list',
    map: 'Map: each role is a circle, larger with more partners; the filled part takes part in the network.',
    role: 'Role',
    partners: 'Partners',
    active: 'Active',
    in_network: 'In the network',
    invited: 'Invited',
    not_invited: 'Not invited yet',
    declined: 'Declined',
    of: '{part} of {all}',
    customer: 'Customers',
    supplier: 'Suppliers',
    employee: 'Employees',
    substitute: 'Substitutes',
    freelancer: 'Freelancers',
    volunteer: 'Volunteers',
    intermediary: 'Intermediaries',
    none: 'Without a role',
  },
})

const columns = ['partners', 'active', 'in_network', 'invited', 'not_invited', 'declined'] as const

export default function Ecosystem() {
  const say = useWords(texts)
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
            <Paper withBorder p="md" radius="md">
              <EcosystemMap roles={roles} />
            </Paper>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls is scrolled by keyboard too */}
            <section className="scrolls" tabIndex={0} aria-label={say('title')}>
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
                          {say(one.role)}
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
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

const SIZE = 560
const CENTRE = SIZE / 2
const RING = 190

/** Roles around our company. What it shows is in the table below it too, so that nobody needs to see it. */
function EcosystemMap({ roles }: { readonly roles: readonly Role[] }) {
  const say = useWords(texts)
  const { organisation } = useWho()
  const most = Math.max(...roles.map(({ partners }) => partners))
  return (
    <Stack gap="xs">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} className="map" role="img" aria-label={say('map')}>
        {roles.map((one, at) => {
          const angle = (at / roles.length) * 2 * Math.PI - Math.PI / 2
          const x = CENTRE + RING * Math.cos(angle)
          const y = CENTRE + RING * Math.sin(angle)
          const radius = 24 + 30 * Math.sqrt(one.partners / most)
          return (
            <g key={one.role}>
              <line x1={CENTRE} y1={CENTRE} x2={x} y2={y} className="spoke" />
              <circle cx={x} cy={y} r={radius} className="ring" />
              {one.in_network > 0 && (
                <circle
                  cx={x}
                  cy={y}
                  r={radius * Math.sqrt(one.in_network / one.partners)}
                  className="full"
                />
              )}
              <text x={x} y={y + radius + 18} textAnchor="middle">
                {say(one.role)}
              </text>
              <text x={x} y={y + radius + 35} textAnchor="middle" className="count">
                {say('of', { part: one.in_network, all: one.partners })}
              </text>
            </g>
          )
        })}
        <circle cx={CENTRE} cy={CENTRE} r={44} className="us" />
        <text x={CENTRE} y={CENTRE + 5} textAnchor="middle" className="us-name">
          {shortened(organisation.name)}
        </text>
      </svg>
      <Text size="sm" c="dimmed">
        {say('map')}
      </Text>
    </Stack>
  )
}

const shortened = (name: string) => ([...name].length > 10 ? `${[...name].slice(0, 9).join('')}…` : name)
