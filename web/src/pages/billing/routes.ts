import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

interface Which {
  organisation?: string | undefined
  period?: string | undefined
}
const which = (search: Record<string, unknown>): Which => ({
  organisation: text(search.organisation),
  period: text(search.period),
})

export const billingRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/billing',
    validateSearch: (search): Pick<Which, 'period'> => ({ period: text(search.period) }),
    component: lazyRouteComponent(() => import('./mine')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/billing/invoices',
    component: lazyRouteComponent(() => import('./invoices')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/billing/items',
    validateSearch: which,
    component: lazyRouteComponent(() => import('./items')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/billing/items/statement',
    validateSearch: which,
    component: lazyRouteComponent(() => import('./statement-of')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/billing/tariff',
    component: lazyRouteComponent(() => import('./tariff')),
  }),
] as const
