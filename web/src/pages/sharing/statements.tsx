import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Failure, Loaded, More, Page, Section } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { sharingWords } from '../../words/sharing'
import { useFormats, useWords, words } from '../../words/words'
import { Stated } from './stated'

const texts = words({
  nl: {
    title: 'Verklaringen',
    lead: 'Wat u ondertekend aan één klant verklaart, zoals zijn korting; de klant kan er zelf mee aantonen dat het klopt.',
    write: 'Iets verklaren',
    partner: 'Aan welke klant?',
    period_hint: 'Zoals 2026, 2026-Q3 of 2026-10',
    send: 'Verklaren',
    sent: 'Verklaard aan {name}.',
    ours: 'Door ons verklaard',
    ours_none: 'U verklaarde nog niets.',
    current: 'geldt',
    replaced: 'vervangen',
    withdrawn: 'ingetrokken',
    withdraw: 'Intrekken',
    withdraw_title: 'Verklaring aan {name} intrekken?',
    withdraw_text: 'De klant kan er niets meer mee aantonen.',
    was_withdrawn: 'De verklaring aan {name} geldt niet meer.',
    theirs: 'Aan ons verklaard',
    theirs_none: 'Niemand verklaarde iets aan uw bedrijf.',
    holds: 'geldt',
    holds_not: 'geldt niet meer',
  },
  en: {
    title: 'Statements',
    lead: 'What you state, signed, to one customer, such as its discount; the customer can itself show that it is so.',
    write: 'State something',
    partner: 'To which customer?',
    period_hint: 'Such as 2026, 2026-Q3 or 2026-10',
    send: 'State',
    sent: 'Stated to {name}.',
    ours: 'Stated by us',
    ours_none: 'You stated nothing yet.',
    current: 'holds',
    replaced: 'replaced',
    withdrawn: 'withdrawn',
    withdraw: 'Withdraw',
    withdraw_title: 'Withdraw the statement to {name}?',
    withdraw_text: 'The customer can show nothing with it any more.',
    was_withdrawn: 'The statement to {name} holds no more.',
    theirs: 'Stated to us',
    theirs_none: 'Nobody stated anything to your company.',
    holds: 'holds',
    holds_not: 'holds no more',
  },
})

const numbers = [
  ...(['discount_percentage', 'payment_term_days'] as const),
  ...(['order_count', 'order_value'] as const),
] as const

/** What we state to customers, and what partners state to us. */
export default function Statements() {
  const say = useWords(texts)
  const { moment } = useFormats()
  const ours = useList('statements.list', { limit: 50 })
  const theirs = useRead('statements.received', {})
  const [ends, setEnds] = useState<Item<'statements.list'> | null>(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('write')}>
        <Write />
      </Section>
      <Section title={say('ours')}>
        <Loaded of={ours}>
          {ours.items?.length === 0 && <Text c="dimmed">{say('ours_none')}</Text>}
          {ours.items?.map((one) => (
            <Paper key={one.id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start">
                <Group gap="xs">
                  <Text fw={600} className="breakable">
                    {one.customer.name}
                  </Text>
                  <Badge variant="light" color={one.state === 'current' ? 'regie' : 'gray'}>
                    {say(one.state)}
                  </Badge>
                </Group>
                {one.state === 'current' && (
                  <Button
                    variant="light"
                    color="red"
                    className="no-print"
                    aria-label={`${say('withdraw')}: ${one.customer.name}`}
                    onClick={() => setEnds(one)}
                  >
                    {say('withdraw')}
                  </Button>
                )}
              </Group>
              <Stated claims={one.claims} />
              <Text size="xs" c="dimmed" mt="xs">
                {moment(one.at)}
              </Text>
            </Paper>
          ))}
          <More list={ours} />
        </Loaded>
      </Section>
      <Section title={say('theirs')}>
        <Loaded of={theirs}>
          {theirs.data?.items.length === 0 && <Text c="dimmed">{say('theirs_none')}</Text>}
          {theirs.data?.items.map((one) => (
            <Paper key={one.id} withBorder p="md" radius="md">
              <Group gap="xs" mb="xs">
                <Text fw={600} className="breakable">
                  {one.partner.name ?? one.partner.did}
                </Text>
                <Badge variant="light" color={one.valid ? 'regie' : 'gray'}>
                  {say(one.valid ? 'holds' : 'holds_not')}
                </Badge>
              </Group>
              <Stated claims={one.claims} />
            </Paper>
          ))}
        </Loaded>
      </Section>
      {ends && <Withdraw one={ends} onClose={() => setEnds(null)} />}
    </Page>
  )
}

function Withdraw({
  one: { id, customer },
  onClose,
}: {
  readonly one: Item<'statements.list'>
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const withdraw = useChange('statements.withdraw', ['statements.'])
  return (
    <Confirm
      title={say('withdraw_title', customer)}
      text={say('withdraw_text')}
      sure={say('withdraw')}
      error={withdraw.error}
      busy={withdraw.isPending}
      onClose={onClose}
      onSure={() =>
        withdraw.mutate(
          { id },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('was_withdrawn', customer) })
            },
          },
        )
      }
    />
  )
}

function Write() {
  const say = useWords(texts)
  const sayShared = useWords(sharingWords)
  const tell = useTell()
  const set = useChange('statements.set', ['statements.'])
  const empty = {
    ...{ partner: '', period: '', customer_number: '', customer_since: '', remark: '' },
    ...{ discount_percentage: '', payment_term_days: '', order_count: '', order_value: '' },
  }
  const [typed, type, forget] = useTyped('statement', empty)
  const partners = usePartners(typed.partner)
  const { partner: _, period, ...said } = typed
  const claims = Object.fromEntries(
    Object.entries(said)
      .filter(([, value]) => value.trim() !== '')
      .map(([name, value]) => [name, numbers.some((one) => one === name) ? Number(value) : value.trim()]),
  )
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      className="no-print"
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate(
          { partner: partners.reference, period: period.trim(), ...claims },
          {
            onSuccess: ({ customer }) => {
              type(empty)
              forget()
              tell({ text: say('sent', customer) })
            },
          },
        )
      }}
    >
      <Stack gap="sm" align="flex-start">
        <PartnerInput
          label={say('partner')}
          value={typed.partner}
          of={partners}
          onChange={(partner) => type({ partner })}
        />
        <TextInput
          label={sayShared('period')}
          description={say('period_hint')}
          required
          pattern="\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?"
          value={typed.period}
          onChange={({ currentTarget: { value } }) => type({ period: value })}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} w="100%">
          {numbers.map((name) => (
            <TextInput
              key={name}
              type="number"
              min={0}
              step={name === 'discount_percentage' || name === 'order_value' ? 'any' : 1}
              label={sayShared(name)}
              value={typed[name]}
              onChange={({ currentTarget: { value } }) => type({ [name]: value })}
            />
          ))}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }} w="100%">
          <TextInput
            label={sayShared('customer_number')}
            maxLength={50}
            value={typed.customer_number}
            onChange={({ currentTarget: { value } }) => type({ customer_number: value })}
          />
          <TextInput
            type="date"
            label={sayShared('customer_since')}
            value={typed.customer_since}
            onChange={({ currentTarget: { value } }) => type({ customer_since: value })}
          />
        </SimpleGrid>
        <Textarea
          label={sayShared('remark')}
          autosize
          maxLength={1000}
          w="100%"
          value={typed.remark}
          onChange={({ currentTarget: { value } }) => type({ remark: value })}
        />
        {set.error && <Failure error={set.error} />}
        <Button type="submit" loading={set.isPending}>
          {say('send')}
        </Button>
      </Stack>
    </Paper>
  )
}
