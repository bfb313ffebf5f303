import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const deskRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/desk',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./desk')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/$id',
    component: lazyRouteComponent(() => import('./case')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/registry',
    validateSearch: (search): { kvk?: string | undefined } => ({
      // A router reads a number where there are only digits, and a KVK number may begin with a zero.
      kvk: text(typeof search.kvk === 'number' ? String(search.kvk).padStart(8, '0') : search.kvk),
    }),
    component: lazyRouteComponent(() => import('./registry')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/registry/$did',
    component: lazyRouteComponent(() => import('./party')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/invited',
    component: lazyRouteComponent(() => import('./invited')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/invited/$id',
    component: lazyRouteComponent(() => import('./invited-one')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/rechecks',
    validateSearch: (search): { show?: string | undefined } => ({ show: text(search.show) }),
    component: lazyRouteComponent(() => import('./rechecks')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/evidence',
    component: lazyRouteComponent(() => import('./evidence-kept')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/hosting',
    component: lazyRouteComponent(() => import('./hosting')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/campaigns',
    component: lazyRouteComponent(() => import('./campaigns')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/desk/campaigns/$id',
    component: lazyRouteComponent(() => import('./campaign')),
  }),
] as const
