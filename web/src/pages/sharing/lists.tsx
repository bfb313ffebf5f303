import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { isProblem } from '../../api/problem'
import { Confirm } from '../../ui/confirm'
import { Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { hasRole, useWho } from '../../who'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Producten en prijzen',
    lead: 'Wat u levert en wat het kost, ondertekend. Partners lezen het als u daar toestemming voor gaf.',
    products: 'Producten en diensten',
    prices: 'Prijzen, zonder btw',
    none: 'Er is nog niets bekendgemaakt.',
    published: 'Bekendgemaakt op {moment}.',
    line: 'Regel {n}',
    sku: 'Artikelnummer',
    name: 'Naam',
    kind: 'Soort',
    product: 'product',
    service: 'dienst',
    price: 'Prijs (€)',
    add: 'Regel toevoegen',
    remove: 'Weghalen',
    publish: 'Lijst bekendmaken',
    was_published: 'De lijst is bekendgemaakt.',
    withdraw: 'Lijst intrekken',
    withdraw_text: 'De lijst is daarna niet meer te lezen, ook niet voor wie er toestemming voor had.',
    withdrawn: 'De lijst is ingetrokken.',
  },
  en: {
    title: 'Products and prices',
    lead: 'What you deliver and what it costs, signed. Partners read it where you gave a grant for it.',
    products: 'Products and services',
    prices: 'Prices, without VAT',
    none: 'Nothing was published yet.',
    published: 'Published on {moment}.',
    line: 'Line {n}',
    sku: 'Article number',
    name: 'Name',
    kind: 'Kind',
    product: 'product',
    service: 'service',
    price: 'Price (€)',
    add: 'Add a line',
    remove: 'Take away',
    publish: 'Publish the list',
    was_published: 'The list is published.',
    withdraw: 'Withdraw the list',
    withdraw_text: 'The list can then be read no more, not even by who had a grant for it.',
    withdrawn: 'The list is withdrawn.',
  },
})

type Product = Input<'products.set'>['products'][number]
type Price = Input<'prices.set'>['prices'][number]

/** What we deliver and what it costs, as partners read it. */
export default function Lists() {
  const say = useWords(texts)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <List list="products" />
      <List list="prices" />
    </Page>
  )
}

function List({ list }: { readonly list: 'products' | 'prices' }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const found = useRead('lists.show', { list })
  const isMissing = isProblem(found.error) && found.error.status === 404
  const items = found.data?.claims[list]
  const published = Array.isArray(items) ? items : []
  const decides = hasRole(useWho(), 'coordinator', 'administrator')
  return (
    <Section title={say(list)}>
      <Loaded of={isMissing ? { ...found, error: null, isPending: false } : found}>
        <Text size="sm" c="dimmed">
          {found.data && !isMissing
            ? say('published', { moment: moment(found.data.published_at) })
            : say('none')}
        </Text>
        {decides &&
          (list === 'products' ? (
            <Products key={found.data?.id ?? ''} published={published as Product[]} />
          ) : (
            <Prices key={found.data?.id ?? ''} published={published as Price[]} />
          ))}
        {decides && found.data && !isMissing && <Withdraw list={list} />}
      </Loaded>
    </Section>
  )
}

function Products({ published }: { readonly published: readonly Product[] }) {
  const say = useWords(texts)
  const tell = useTell()
  const set = useChange('products.set', ['lists.'])
  const [{ lines }, type, forget] = useTyped('products', { lines: start(published, { sku: '', name: '' }) })
  const change = (at: number, more: Partial<Product>) => type({ lines: changed(lines, at, more) })
  return (
    <Lines
      error={set.error}
      isBusy={set.isPending}
      onAdd={() => type({ lines: [...lines, { sku: '', name: '' }] })}
      onPublish={() =>
        // The form is another one once the list is read anew: what follows hangs on the answer alone.
        set.mutateAsync({ products: [...lines] }).then(() => {
          forget()
          tell({ text: say('was_published') })
        }, ignore)
      }
    >
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is where it is
        <Group key={at} align="flex-end" role="group" aria-label={say('line', { n: at + 1 })}>
          <TextInput
            label={say('sku')}
            required
            maxLength={50}
            value={line.sku}
            onChange={({ currentTarget: { value } }) => change(at, { sku: value })}
          />
          <TextInput
            label={say('name')}
            required
            maxLength={150}
            flex="1 1 12rem"
            value={line.name}
            onChange={({ currentTarget: { value } }) => change(at, { name: value })}
          />
          <NativeSelect
            label={say('kind')}
            value={line.kind ?? 'product'}
            data={(['product', 'service'] as const).map((value) => ({ value, label: say(value) }))}
            onChange={({ currentTarget: { value } }) =>
              change(at, { kind: value === 'service' ? 'service' : 'product' })
            }
          />
          <Remove
            at={at}
            isLast={lines.length === 1}
            onRemove={() => type({ lines: lines.filter((_, other) => other !== at) })}
          />
        </Group>
      ))}
    </Lines>
  )
}

function Prices({ published }: { readonly published: readonly Price[] }) {
  const say = useWords(texts)
  const tell = useTell()
  const set = useChange('prices.set', ['lists.'])
  const [{ lines }, type, forget] = useTyped('prices', { lines: start(published, { sku: '', price: '' }) })
  const change = (at: number, more: Partial<Price>) => type({ lines: changed(lines, at, more) })
  return (
    <Lines
      error={set.error}
      isBusy={set.isPending}
      onAdd={() => type({ lines: [...lines, { sku: '', price: '' }] })}
      onPublish={() =>
        set
          .mutateAsync({ prices: lines.map((line) => ({ ...line, price: line.price.replace(',', '.') })) })
          .then(() => {
            forget()
            tell({ text: say('was_published') })
          }, ignore)
      }
    >
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is where it is
        <Group key={at} align="flex-end" role="group" aria-label={say('line', { n: at + 1 })}>
          <TextInput
            label={say('sku')}
            required
            maxLength={50}
            value={line.sku}
            onChange={({ currentTarget: { value } }) => change(at, { sku: value })}
          />
          <TextInput
            label={say('price')}
            required
            inputMode="decimal"
            maxLength={14}
            value={line.price}
            onChange={({ currentTarget: { value } }) => change(at, { price: value })}
          />
          <Remove
            at={at}
            isLast={lines.length === 1}
            onRemove={() => type({ lines: lines.filter((_, other) => other !== at) })}
          />
        </Group>
      ))}
    </Lines>
  )
}

function Lines({
  error,
  isBusy,
  onAdd,
  onPublish,
  children,
}: {
  readonly error: unknown
  readonly isBusy: boolean
  readonly onAdd: () => void
  readonly onPublish: () => void
  readonly children: React.ReactNode
}) {
  const say = useWords(texts)
  return (
    <Paper
      component="form"
      withBorder
      p="md"
      radius="md"
      onSubmit={(event) => {
        event.preventDefault()
        onPublish()
      }}
    >
      <Stack gap="sm">
        {children}
        {error ? <Failure error={error} /> : null}
        <Group className="no-print">
          <Button variant="default" onClick={onAdd}>
            {say('add')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {say('publish')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}

function Remove({
  at,
  isLast,
  onRemove,
}: {
  readonly at: number
  readonly isLast: boolean
  readonly onRemove: () => void
}) {
  const say = useWords(texts)
  return (
    <Button
      variant="subtle"
      color="red"
      disabled={isLast}
      aria-label={`${say('remove')}: ${say('line', { n: at + 1 })}`}
      onClick={onRemove}
    >
      {say('remove')}
    </Button>
  )
}

function Withdraw({ list }: { readonly list: 'products' | 'prices' }) {
  const say = useWords(texts)
  const tell = useTell()
  const [isAsking, ask] = useState(false)
  const withdraw = useChange('lists.withdraw', ['lists.'])
  return (
    <>
      <Button
        variant="light"
        color="red"
        w="fit-content"
        aria-label={`${say('withdraw')}: ${say(list)}`}
        onClick={() => ask(true)}
      >
        {say('withdraw')}
      </Button>
      {isAsking && (
        <Confirm
          title={`${say('withdraw')}: ${say(list)}`}
          text={say('withdraw_text')}
          sure={say('withdraw')}
          error={withdraw.error}
          busy={withdraw.isPending}
          onClose={() => ask(false)}
          onSure={() =>
            withdraw.mutate(
              { list },
              {
                onSuccess: () => {
                  ask(false)
                  tell({ text: say('withdrawn') })
                },
              },
            )
          }
        />
      )}
    </>
  )
}

/** What went wrong is shown by the form. */
const ignore = () => undefined

/** The lines that are published, or one to begin with. */
const start = <T,>(published: readonly T[], first: T): readonly T[] =>
  published.length > 0 ? published : [first]

const changed = <T,>(lines: readonly T[], at: number, more: Partial<T>): T[] =>
  lines.map((line, other) => (other === at ? { ...line, ...more } : line))
