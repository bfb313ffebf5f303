import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadCourses } from '../src/learning/index.ts'
import { chromiumPath, openBrowser } from './support/browser.ts'
import { ensureBuilt } from './support/build.ts'
import { consoleOf, signedIn, visit, wrongWith } from './support/console.ts'
import { settleTrio, startTrio, type TestTrio } from './support/nodes.ts'

const executable = chromiumPath()
const course = loadCourses('learning').require('privacy-purpose')

interface Courses {
  items: { id: string; certificate: object | null }[]
}
interface Requirements {
  items: { role: string; course: string }[]
}

describe.skipIf(!executable)('learning in the console', () => {
  let trio: TestTrio
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const hostile = '<img src=x onerror=document.title="taken">'
  const begin = async (page: Page) => {
    await page.goto(consoleOf(trio.company, `/learning/courses/${course.id}/quiz`))
    await page.getByRole('button', { name: 'Beginnen', exact: true }).click()
    await page.getByText(/^U hebt tot/).waitFor()
  }
  /** Chooses what is right of each question that is asked. @returns how many were asked */
  const choose = async (page: Page) => {
    for (const { text, choices } of course.questions) {
      const asked = page.getByRole('radiogroup', { name: text.nl })
      if ((await asked.count()) === 0) continue
      const right = choices.find((one) => one.right)?.text.nl ?? ''
      await asked.getByLabel(right, { exact: true }).check()
    }
    return page.getByRole('radiogroup').count()
  }

  beforeAll(async () => {
    await ensureBuilt()
    trio = await startTrio('sqlite')
    await settleTrio(trio)
    browser = await openBrowser(executable ?? '')
  })

  test('nobody needs a course until an administrator says that a role does', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/learning/people')
      await page.getByRole('link', { name: 'Vraag een cursus bij een rol' }).click()
      await page.getByText('Voor geen enkele rol is een cursus verplicht.').waitFor()
      await page.getByRole('combobox', { name: 'Cursus' }).selectOption({ label: course.title.nl })
      await page.getByRole('combobox', { name: 'Rol' }).selectOption({ label: 'accountmanager' })
      await page.getByLabel('Dagen voor wie er al is').fill('14')
      await page.getByRole('button', { name: 'Verplichten', exact: true }).click()
      await page.getByText(`accountmanager · ${course.title.nl}`).waitFor()
      const asked = await trio.company.call<Requirements>('company', 'GET', '/learning/requirements')
      expect(asked.body.items).toMatchObject([{ role: 'account_manager', course: course.id }])
    } finally {
      await context.close()
    }
  })

  test('she reads the lessons, fails, tries again, and has a certificate', async () => {
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'sanne')
      await page.getByRole('link', { name: 'Leren', exact: true }).click()
      const found = page.getByRole('link', { name: new RegExp(course.title.nl) })
      await found.getByText('verplicht voor uw rol').waitFor()
      await found.click()
      await page.getByRole('list').getByRole('link').first().waitFor()
      await page.getByText('U hebt deze toets nog niet gemaakt.').waitFor()
      const [first] = course.lessons
      await page.locator(`a[href$="/lessons/${first?.id}"]`).click()
      for (const _lesson of course.lessons.slice(1))
        await page.getByRole('link', { name: 'Volgende les' }).click()
      await page.getByRole('link', { name: 'Naar de toets' }).click()

      await page.getByRole('button', { name: 'Beginnen', exact: true }).click()
      await page.getByText(`0 van ${course.draw} beantwoord`).waitFor()
      await page.getByRole('button', { name: 'Antwoorden insturen' }).click()
      await page.getByText(`Niet gehaald: 0 van ${course.draw} goed`).waitFor()
      await page.getByRole('button', { name: 'Opnieuw beginnen' }).click()
      await page.getByText(/^U hebt tot/).waitFor()
      expect(await choose(page)).toBe(course.draw)
      // What was chosen is still there when the page was read anew.
      await begin(page)
      await page.getByText(`${course.draw} van ${course.draw} beantwoord`).waitFor()
      await page.getByRole('button', { name: 'Antwoorden insturen' }).click()
      await page.getByText(`Geslaagd: ${course.draw} van ${course.draw} goed`).waitFor()
      await page.getByRole('link', { name: 'Naar de cursus' }).click()
      await page.getByRole('heading', { name: 'Uw certificaat' }).waitFor()
      await page.getByText('niet gehaald', { exact: true }).waitFor()
      const hers = await trio.company.call<Courses>('sanne', 'GET', '/learning/courses')
      expect(hers.body.items.find(({ id }) => id === course.id)?.certificate).not.toBeNull()

      // Who passed has no need to begin again: that is refused, and said.
      await visit(page, trio.company, `/learning/courses/${course.id}/quiz`)
      await page.getByRole('button', { name: 'Beginnen', exact: true }).click()
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('link', { name: 'Wie slaagde' }).count()).toBe(0)
    } finally {
      await context.close()
    }
  })

  test('who looks after the people sees who passed, and takes the requirement back', async () => {
    await trio.company.call('company', 'POST', '/people', {
      ...{ account: 'kwaad', given_name: hostile, family_name: 'Naam', email: 'kwaad@nietmachine.example' },
      ...{ role: 'account_manager', roles: ['account_manager'] },
    })
    const context = await browser.open({ locale: 'nl' })
    try {
      const page = await signedIn(context, trio.company, 'company')
      await visit(page, trio.company, '/learning/people')
      await page.getByRole('row', { name: /Sanne Nietje .* geslaagd/ }).waitFor()
      await page.getByRole('row', { name: new RegExp(`Naam ${course.title.nl} nog niet`) }).waitFor()
      expect(await page.locator('#content img').count()).toBe(0)
      await page.getByRole('link', { name: 'Per rol verplicht' }).click()
      await page.getByRole('button', { name: /Niet meer verplichten voor accountmanager/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Niet meer verplichten' }).click()
      await page.getByText('Voor geen enkele rol is een cursus verplicht.').waitFor()
      const asked = await trio.company.call<Requirements>('company', 'GET', '/learning/requirements')
      expect(asked.body.items).toEqual([])
    } finally {
      await context.close()
    }
  })

  test.each(['nl', 'en'])('no page of it breaks a rule of WCAG 2.2 AA in %s', async (locale) => {
    await trio.company.call('company', 'PUT', '/learning/requirements/account_manager', { course: course.id })
    const context = await browser.open({ locale })
    try {
      const page = await signedIn(context, trio.company, 'company')
      const path = `/learning/courses/${course.id}`
      for (const [name, at] of [
        ['courses', '/learning'],
        ['course', path],
        ['lesson', `${path}/lessons/${course.lessons[0]?.id}`],
        ['learning people', '/learning/people'],
        ['learning roles', '/learning/roles'],
      ] as const) {
        await visit(page, trio.company, at)
        expect(await wrongWith(page, name, locale)).toEqual([])
      }
      await visit(page, trio.company, `${path}/quiz`)
      await page.getByRole('button', { name: /^(Beginnen|Begin)$/ }).click()
      await page.getByRole('radiogroup').first().waitFor()
      expect(await wrongWith(page, 'quiz', locale)).toEqual([])
      await page.getByRole('button', { name: /insturen|Send the answers/ }).click()
      await page.getByText(/Niet gehaald|Not passed/).waitFor()
      expect(await wrongWith(page, 'quiz result', locale)).toEqual([])
    } finally {
      await context.close()
    }
  })
})
