import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { use_session } from './session'

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign_in', component: () => import('@/account/SignIn.vue') },
  { path: '/', name: 'board', component: () => import('@/board/Board.vue') },
  { path: '/tickets', name: 'tickets', component: () => import('@/tickets/TicketList.vue') },
  { path: '/tickets/new', name: 'new_ticket', component: () => import('@/tickets/NewTicket.vue') },
  { path: '/tickets/:id(\\d+)', name: 'ticket', component: () => import('@/tickets/Ticket.vue'), props: id_of },
  { path: '/customers', name: 'customers', component: () => import('@/customers/Customers.vue') },
  { path: '/customers/:id(\\d+)', name: 'customer', component: () => import('@/customers/Customer.vue'), props: id_of },
  { path: '/assets', name: 'assets', component: () => import('@/customers/Assets.vue') },
  { path: '/assets/:id(\\d+)', name: 'asset', component: () => import('@/customers/Asset.vue'), props: id_of },
  { path: '/calls', name: 'calls', component: () => import('@/calls/Calls.vue') },
  { path: '/plans', name: 'plans', component: () => import('@/plans/Plans.vue') },
  { path: '/plans/:id(\\d+)', name: 'plan', component: () => import('@/plans/Plan.vue'), props: id_of },
  { path: '/organisation', name: 'organisation', component: () => import('@/administration/Organisation.vue') },
  { path: '/catalogue', name: 'catalogue', component: () => import('@/catalogue/Catalogue.vue') },
  { path: '/users', name: 'users', component: () => import('@/administration/Users.vue') },
  { path: '/audit', name: 'audit', component: () => import('@/administration/Audit.vue') },
  { path: '/account', name: 'account', component: () => import('@/account/Account.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
]

function id_of(route: { params: Record<string, unknown> }) {
  return { id: Number(route.params['id']) }
}

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  const session = use_session()
  await session.load().catch(() => undefined)
  if (to.name === 'sign_in') return session.is_ready ? { name: 'board' } : true
  return session.is_ready || { name: 'sign_in', query: { next: to.fullPath } }
})
