import { Alert, Badge, Button, Group, Paper, Table, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Fact, Facts, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useFormats, useWords, words } from '../../words/words'

import { Ask } from './ask'
import { Bounced, bouncingFields, mayBounce } from './bounced'
import { Exchange } from './exchange'
import { Propose } from './propose'
import { ChangeRoles } from './roles'

type Partner = Output<'partners.get'>

const texts = words({
  nl: {
    title: 'Partner',
    state: 'Netwerk',
    roles: 'Rollen',
    activity: 'Activiteit',
    last: 'laatst op {day}',
    ours: 'Bij ons',
    theirs: 'Zegt de partner zelf',
    what: 'Wat',
    source: 'Bron',
    checked: 'Nagezien',
    until: 'tot en met {day}',
    self: '{name} zelf',
    attested: 'bevestigd door {name}',
    withdrawn: 'ingetrokken',
    hidden: 'alleen voor wie het mag lezen',
    nothing: 'De partner deelt nog niets met ons.',
    known: 'Wat wij hebben',
    shared: 'Wat de partner met ons deelt',
    differs: '{field} is bij ons anders dan de partner zelf zegt.',
    take: 'Overnemen',
    taken: 'Overgenomen.',
    attention: 'Vraagt aandacht',
    contacts: 'Contactpersonen',
    read_now: 'Gegevens ophalen',
    read: '{n, plural, =0 {Er is nu niets open voor ons} one {# gegeven opgehaald} other {# gegevens opgehaald}}.',
    ask: 'Vraag om gegevens',
    not_yet: 'Deze partner doet nog niet mee: nodig hem eerst uit.',
  },
  en: {
    title: 'Partner',
    state: 'Network',
    roles: 'Roles',
    activity: 'Activity',
    last: 'last on {day}',
    ours: 'With us',
    theirs: 'Says the partner itself',
    what: 'What',
    source: 'Source',
    checked: 'Checked',
    until: 'until {day}',
    self: '{name} itself',
    attested: 'attested by {name}',
    withdrawn: 'withdrawn',
    hidden: 'for who may read it only',
    nothing: 'The partner shares nothing with us yet.',
    known: 'What we have',
    shared: 'What the partner shares with us',
    differs: '{field} is different here from what the partner says itself.',
    take: 'Take over',
    taken: 'Taken over.',
    attention: 'Needs attention',
    contacts: 'Contacts',
    read_now: 'Fetch data',
    read: '{n, plural, =0 {Nothing is open to us now} one {# datum fetched} other {# data fetched}}.',
    ask: 'Ask for data',
    not_yet: 'This partner does not take part yet: invite it first.',
  },
})

export default function PartnerPage() {
  const say = useWords(texts)
  const who = useWho()
  const { id } = useParams({ from: '/inside/partners/$id' })
  const partner = useRead('partners.get', { id })
  const [asking, ask] = useState(false)
  const { data } = partner
  const mayAsk = hasRole(who, 'account_manager', 'coordinator', 'administrator')
  return (
    <Page
      title={data?.name ?? say('title')}
      actions={
        data?.in_network && mayAsk ? (
          <>
            <ReadNow partner={data} />
            <Button onClick={() => ask(true)}>{say('ask')}</Button>
          </>
        ) : undefined
      }
    >
      <Loaded of={partner}>{data && <Shown partner={data} />}</Loaded>
      {asking && data && <Ask partner={data} onClose={() => ask(false)} />}
    </Page>
  )
}

/** Fetches what the partner opened to us, as it is now; the partner sees that we looked. */
function ReadNow({ partner }: { readonly partner: Partner }) {
  const say = useWords(texts)
  const tell = useTell()
  const read = useChange('access.read', ['partners.', 'access.'])
  const now = () =>
    read.mutate(
      { partner: partner.did ?? partner.name },
      {
        onSuccess: ({ claims }) => tell({ text: say('read', { n: claims.length }) }),
        onError: (error) => tell({ text: error.message }),
      },
    )
  return (
    <Button variant="default" loading={read.isPending} onClick={now}>
      {say('read_now')}
    </Button>
  )
}

function Shown({ partner }: { readonly partner: Partner }) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const { day } = useFormats()
  const { contact, address, activity } = partner
  const ours = [
    ['kvk', partner.kvk],
    ['vat', partner.vat],
    ['email', contact.email],
    ['phone', contact.phone],
    ['website', partner.website],
    ['iban', partner.iban],
    ['bic', partner.bic],
    ['address', [address.street, address.postcode, address.city, address.country].filter(Boolean).join(', ')],
  ] as const
  return (
    <>
      <Paper withBorder p="lg" radius="md" component="section" aria-label={say('known')}>
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light" color={partner.in_network ? 'regie' : 'gray'}>
              {sayPartner(partner.network_state)}
            </Badge>
          </Fact>
          <Fact name={say('roles')}>
            {partner.roles.map((role) => (isPartnerWord(role) ? sayPartner(role) : role)).join(', ') ||
              sayPartner('none')}{' '}
            <ChangeRoles partner={partner} />
          </Fact>
          <Fact name={say('activity')}>
            {sayPartner(activity.state)}
            {activity.last_date !== null && `, ${say('last', { day: day(activity.last_date) })}`}
          </Fact>
          {ours.map(([field, value]) =>
            value ? (
              <Fact key={field} name={sayPartner(field)}>
                {value} <BouncedField partner={partner} field={field} />
              </Fact>
            ) : null,
          )}
        </Facts>
      </Paper>
      <Attention partner={partner} />
      {partner.contacts.length > 0 && (
        <Section title={say('contacts')}>
          {partner.contacts.map((person) => (
            <Text key={`${person.name} ${person.email ?? ''}`} size="sm" className="breakable">
              {[person.name, person.email, person.phone].filter(Boolean).join(' · ')}
            </Text>
          ))}
        </Section>
      )}
      <Values partner={partner} />
      {partner.did !== null && partner.in_network && <Exchange did={partner.did} />}
    </>
  )
}

function Attention({ partner }: { readonly partner: Partner }) {
  const say = useWords(texts)
  const sayPartner = useWords(partnerWords)
  const tell = useTell()
  const take = useChange('partners.take-over', ['partners.'])
  const { id, differences, quality } = partner
  const reasons = quality.reasons.filter(({ code }) => code !== 'different')
  if (differences.length === 0 && reasons.length === 0) return null
  return (
    <Section title={say('attention')}>
      {take.error && <Failure error={take.error} />}
      {differences.map((one) => (
        <Alert key={`${one.field} ${one.grant}`} variant="light">
          <Group justify="space-between" wrap="wrap">
            <Text size="sm">{say('differs', { field: sayPartner(one.field) })}</Text>
            <Button
              size="xs"
              variant="default"
              loading={take.isPending}
              onClick={() =>
                take.mutate({ id, claim: one.claim }, { onSuccess: () => tell({ text: say('taken') }) })
              }
            >
              {say('take')}
            </Button>
          </Group>
        </Alert>
      ))}
      {reasons.map(({ code, what }) => (
        <Text key={code} size="sm">
          {what.map((one) => (isPartnerWord(one) ? sayPartner(one) : one)).join(', ')}
          {what.length > 0 ? ': ' : ''}
          {isPartnerWord(code) ? sayPartner(code) : code}
        </Text>
      ))}
    </Section>
  )
}

function Values({ partner }: { readonly partner: Partner }) {
  const say = useWords(texts)
  const { claim } = useNames()
  const { day, moment } = useFormats()
  return (
    <Section title={say('shared')}>
      {partner.values.length === 0 ? (
        <Text c="dimmed">{partner.in_network ? say('nothing') : say('not_yet')}</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too
        <section className="scrolls" tabIndex={0} aria-label={say('theirs')}>
          <Table withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('what')}</Table.Th>
                <Table.Th>{say('theirs')}</Table.Th>
                <Table.Th>{say('source')}</Table.Th>
                <Table.Th>{say('checked')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {partner.values.map((one) => (
                <Table.Tr key={`${one.claim} ${one.source.did} ${one.subject}`}>
                  <Table.Th scope="row">{claim(one.claim).what}</Table.Th>
                  <Table.Td className="breakable">
                    {one.hidden ? say('hidden') : textOf(one.value)}
                    {one.withdrawn && ` (${say('withdrawn')})`}{' '}
                    {mayBounce(one.claim) && !one.withdrawn && (
                      <Bounced partner={partner} of={{ claim: one.claim, subject: one.subject }} />
                    )}
                    {typeof one.value === 'string' && !one.withdrawn && partner.did !== null && (
                      <Propose partner={{ did: partner.did, name: partner.name }} claim={one.claim} />
                    )}
                  </Table.Td>
                  <Table.Td>
                    {say(one.source.kind === 'attested' ? 'attested' : 'self', {
                      name: one.source.name ?? partner.name,
                    })}
                  </Table.Td>
                  <Table.Td>
                    {one.checked_at === null ? '' : moment(one.checked_at)}
                    <br />
                    <span className="dimmed">{say('until', { day: day(one.until) })}</span>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Section>
  )
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  if (typeof value === 'object' && value !== null)
    return Object.values(value).map(textOf).filter(Boolean).join(', ')
  return value === null || value === undefined ? '' : String(value)
}

/** Nothing at what nobody sends to. */
function BouncedField({ partner, field }: { readonly partner: Partner; readonly field: string }) {
  const one = bouncingFields.find((of) => of === field)
  return one ? <Bounced partner={partner} of={{ field: one }} /> : null
}
