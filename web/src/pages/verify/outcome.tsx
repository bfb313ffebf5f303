import { Alert, Badge, Group, List, Paper, Stack, Text, Title } from '@mantine/core'
import type { Output } from '../../api/call'
import { ClaimValues } from '../../ui/claim-values'
import { Fact, Facts } from '../../ui/page'
import { useChecks } from '../../words/checks'
import { useTypeName } from '../../words/type-names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    proven: 'Bewezen',
    not_proven: 'Niet bewezen',
    proven_text: 'Wat u vroeg is bewezen, door iemand wiens woord hier telt.',
    not_proven_text: 'Ga hier niet op af. Hieronder staat wat niet klopt.',
    nothing: 'Er is niets getoond dat telt.',
    source: 'Wie het zegt',
    issuer: 'Uitgever',
    address: 'DID of adres van de uitgever',
    issued: 'Uitgegeven',
    expires: 'Geldig tot',
    status: 'Status opgevraagd',
    checked: 'Wat is nagegaan',
    ok: 'in orde',
    not_ok: 'niet in orde',
    copy: 'Wie dit toont is niet nagegaan: het kan een kopie zijn. Laat een code scannen om dat ook te weten.',
    unknown_type: 'Bewijs',
  },
  en: {
    proven: 'Proven',
    not_proven: 'Not proven',
    proven_text: 'What you asked is proven, by somebody whose word counts here.',
    not_proven_text: 'Do not rely on it. What is wrong is below.',
    nothing: 'Nothing that counts was shown.',
    source: 'Who says so',
    issuer: 'Issuer',
    address: 'DID or address of the issuer',
    issued: 'Issued',
    expires: 'Valid until',
    status: 'Status asked for',
    checked: 'What was checked',
    ok: 'in order',
    not_ok: 'not in order',
    copy: 'Who shows this was not checked: it may be a copy. Have a code scanned to know that as well.',
    unknown_type: 'Proof',
  },
})

type Check = Output<'verifications.show'>['checks'][number]
type Shown = Omit<Output<'verifications.create'>, 'verified' | 'trusted'>

/** Whether something is proven, what it says, who says so, and what was checked. */
export function Outcome({
  isProven,
  checks,
  credentials,
  mayBeCopy = false,
  top = 2,
}: {
  readonly isProven: boolean
  /** Of the answer as a whole. */
  readonly checks: readonly Check[]
  readonly credentials: readonly (Shown & { readonly query?: string })[]
  /** Nobody proved to be its holder. */
  readonly mayBeCopy?: boolean
  /** Where its headings begin. */
  readonly top?: 2 | 3
}) {
  const say = useWords(texts)
  return (
    <Stack gap="md">
      <Alert
        color={isProven ? 'regie' : 'red'}
        variant="light"
        role="status"
        title={say(isProven ? 'proven' : 'not_proven')}
      >
        <Text size="sm">{say(isProven ? 'proven_text' : 'not_proven_text')}</Text>
        {mayBeCopy && <Text size="sm">{say('copy')}</Text>}
      </Alert>
      {checks.length > 0 && <Checks of={checks} />}
      {credentials.map((one, at) => (
        <Credential key={one.query ?? at} shown={one} top={top} />
      ))}
    </Stack>
  )
}

function Credential({
  shown: { type, claims, issuer, provenance, checks },
  top,
}: {
  readonly shown: Shown
  readonly top: 2 | 3
}) {
  const below = top === 2 ? 3 : 4
  const say = useWords(texts)
  const { moment } = useFormats()
  const name = useTypeName(type ?? '')
  const moments = [
    ['issued', provenance.issued_at],
    ['expires', provenance.expires_at],
    ['status', provenance.status_as_of],
  ] as const
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="sm">
        <Title order={top} size="h4" className="breakable">
          {type === null ? say('unknown_type') : name}
        </Title>
        {Object.keys(claims).length > 0 ? (
          <ClaimValues type={type ?? ''} claims={claims} />
        ) : (
          <Text size="sm" c="dimmed">
            {say('nothing')}
          </Text>
        )}
        <Title order={below} size="h5">
          {say('source')}
        </Title>
        <Facts>
          {provenance.issuer_name !== undefined && <Fact name={say('issuer')}>{provenance.issuer_name}</Fact>}
          {issuer !== null && <Fact name={say('address')}>{issuer}</Fact>}
          {moments.map(
            ([name, at]) =>
              at !== null && (
                <Fact key={name} name={say(name)}>
                  {moment(at)}
                </Fact>
              ),
          )}
        </Facts>
        <Title order={below} size="h5">
          {say('checked')}
        </Title>
        <Checks of={checks} />
      </Stack>
    </Paper>
  )
}

function Checks({ of }: { readonly of: readonly Check[] }) {
  const say = useWords(texts)
  const inWords = useChecks()
  return (
    <List size="sm" spacing={4} listStyleType="none">
      {of.map(({ check, ok, code }) => (
        <List.Item key={`${check} ${code}`}>
          <Group gap="xs">
            <Badge variant="light" color={ok ? 'regie' : 'red'}>
              {say(ok ? 'ok' : 'not_ok')}
            </Badge>
            <span className="breakable">
              {inWords(check)}
              {code !== undefined && `: ${inWords(code)}`}
            </span>
          </Group>
        </List.Item>
      ))}
    </List>
  )
}
