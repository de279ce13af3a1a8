// Words of the trade, used by console and phone page alike. en.ts has the same keys; a test compares them.
export default {
  state: {
    open: '待派工', offered: '已派工', confirmed: '已接单', en_route: '已出发', on_site: '已到场', paused: '挂起',
    repaired: '已修复', followed_up: '已回访', closed: '已关闭', merged: '已合并', cancelled: '已取消',
    answered: '已答复', investigating: '调查中', resolved: '已解决',
  },
  kind: { repair: '报修', enquiry: '咨询', complaint: '投诉', suggestion: '建议' },
  urgency: { normal: '普通', urgent: '紧急' },
  channel: { phone: '电话', web: '网页', app: '应用', email: '邮件', other: '其他' },
  role: {
    agent: '坐席', dispatcher: '调度', coordinator: '办事处', dealer: '服务商', technician: '技师',
    supervisor: '主管·稽核', administrator: '管理员',
  },
  unit_kind: { headquarters: '总部', office: '办事处', dealer: '服务商', substation: '分站' },
  action: {
    edit: '更正', offer: '派工', recall: '收回', redispatch: '改派', confirm: '接单', reject: '拒单',
    name_technician: '指定技师', depart: '出发', arrive: '到场', pause: '挂起', resume: '继续', finish: '修复完成',
    leave_unrepaired: '未修复离开', record_callback: '回访', merge: '合并', unmerge: '撤销合并', cancel: '取消工单',
    chase: '催单', note: '内部备注', answer: '答复', investigate: '开始调查', resolve: '解决', close: '关闭',
    leave_incident: '移出故障事件',
  },
  reject_reason: {
    no_capacity: '人手不足', too_far: '路程太远', no_skill: '技能不符', no_parts: '缺少备件', not_authorised: '未授权该产品',
    outside_hours: '非服务时间', other: '其他',
  },
  recall_reason: {
    wrong_dealer: '派错服务商', dealer_unreachable: '联系不上服务商', dealer_too_slow: '服务商太慢',
    technician_unavailable: '技师无法前往', nearer_dealer: '有更近的服务商', customer_request: '客户要求', other: '其他',
  },
  override_reason: {
    customer_request: '客户指定', knows_machine: '熟悉这台设备', has_parts: '备件在手', agreed_by_phone: '电话已说好', workload: '平衡工作量', road_conditions: '路况原因', other: '其他',
  },
  pause_reason: {
    waiting_for_part: '等待备件', customer_absent: '客户不在', customer_not_ready: '客户未准备好', no_access: '无法进场',
    unsafe_weather: '天气不安全', waiting_for_approval: '等待批准', technician_rest: '技师休息', other: '其他',
  },
  unrepaired_reason: {
    part_missing: '缺少备件', beyond_skill: '超出技能', tool_missing: '缺少工具', wrong_fault_reported: '报修故障不符',
    customer_refused: '客户拒绝', no_access: '无法进场', other: '其他',
  },
  cancel_reason: {
    customer_withdrew: '客户撤回', solved_by_phone: '电话已解决', wrong_entry: '录入错误',
    customer_unreachable: '联系不上客户', not_covered: '不在服务范围', other: '其他',
  },
  offer_outcome: {
    pending: '等待答复', confirmed: '已接单', rejected: '已拒单', expired: '超时未答复', recalled: '已收回', cancelled: '工单已取消',
  },
  visit_outcome: { under_way: '进行中', repaired: '已修复', unrepaired: '未修复', aborted: '中止' },
  callback_outcome: { reached: '已接通', unreached: '未接通' },
  due: {
    offer_reminder: '提醒服务商', offer_expiry: '接单时限', technician_naming: '指定技师时限', callback_due: '回访时限',
    answered_close: '自动关闭',
  },
  problem: {
    unreachable: '网络中断，没有收到答复。', unknown: '操作没有成功（{code}）。', request: '请求编号 {id}',
    overtaken: '别人先了一步：工单现在是「{state}」。', reload: '重新加载', retry: '再试一次',
  },
  stream: {
    connecting: '正在连接…', live: '实时', restart: '服务器正在重启，稍后自动恢复。', overloaded: '连接太慢，正在追赶。',
    database: '数据库暂时不可用，稍后自动恢复。', network: '连接中断，正在重新连接。画面可能不是最新的。', hurry: '立即重连',
    resynced: '离开太久，已重新读取全部内容。',
  },
  sign_in: {
    title: '登录', login: '登录名', password: '密码', submit: '登录', change: '请先设置自己的密码',
    current_password: '当前密码', new_password: '新密码（至少 10 位）', repeat_password: '再输入一次', differ: '两次输入不一致。',
    save: '保存密码', sign_out: '退出', lead: '售后热线工作台', ended: '会话已结束，请重新登录。',
  },
  age: { now: '刚刚', minutes: '{n} 分钟', hours: '{n} 小时', days: '{n} 天', left: '还剩 {age}', over: '超时 {age}' },
  field: {
    customer: '客户', asset: '设备', serial_number: '序列号', product: '产品', fault: '故障', description: '描述', contact_name: '联系人',
    contact_phone: '联系电话', address: '地址', office: '办事处', dealer: '服务商', technician: '技师', urgency: '紧急程度', kind: '类型',
    reason: '原因', note: '说明', why: '选择理由', promised_arrival_at: '承诺到达', signed_by: '签名人姓名', score: '满意度',
    fixed: '是否修好', outcome: '结果', answer: '答复', resolution: '处理结果', into_id: '合并到工单号', work_done: '处理内容',
    name: '名称', code: '代码', phone: '电话', phones: '电话', tags: '标签', tier: '等级', birthday: '生日', job: '职务', email: '邮箱',
    login: '登录名', unit: '组织', roles: '角色', extension: '分机', language: '语言', opened_at: '建单', state: '状态', version: '版本',
    parent_id: '上级单位', region_code: '行政区划代码', longitude: '经度', latitude: '纬度', active: '启用', product_ids: '授权产品', unit_id: '组织',
    customer_id: '客户', owner_id: '现机主', product_id: '产品', contacts: '联系人', person_name: '姓名', override_reason: '不选第一名的理由', automatic: '自动派工', sold_on: '销售日期', commissioned_on: '投用日期', warranty_until: '另行约定保修至',
    title: '标题', ticket_ids: '工单', lead_ticket_id: '主工单', same_fault_as: '同一故障', warranty_months: '保修期（月）', warranty_hours: '保修工时上限（小时）', happened_at: '时间',
    skills: '技能', licences: '资质', tools: '工具', parts: '备件', weekly_hours: '工作时间', exceptions: '特殊日期', visits_a_day: '每天最多上门（次）', home_longitude: '出发点经度', home_latitude: '出发点纬度',
    region_codes: '服务区域（行政区划代码）', duration_min: '现场耗时（分钟）',
  },
  phone: {
    title: '我的出工', none: '现在没有派给您的工单。有新工单时会自动出现在这里。', navigate: '导航', call: '打电话', locating: '正在定位…',
    no_position: '没有取得位置，已不带位置上报。', send: '提交', back: '返回', done: '已记录', finish_hint: '请客户确认后写下姓名', sign_here: '请客户在此签名', sign_again: '重签',
    unsent: '「{step}」还没有发出：网络不通。恢复后会自动补发，时间按您点击的那一刻记录。', give_up: '不再发送',
    drop_question: '放弃已填写的内容？写下的和客户签名都不会保留。', drop: '放弃', go_on: '继续填写', begun: '有填写未提交的内容',
    gone: '#{id} 已不再派给您，请联系服务商。', understood: '知道了',
    refresh: '刷新', promised: '承诺 {time} 前到达', technician_only: '这里是技师的手机页。', console: '打开完整工作台',
  },
  colon: '：', comma: '、', semicolon: '；', aside: '（{text}）',
  yes: '是', no: '否', none: '无', choose: '请选择', save: '保存', cancel: '取消', close: '关闭', all: '全部', more: '更多', search: '搜索',
  refresh: '刷新', loading: '正在读取…', back: '返回', empty: '（空）', edit: '编辑', operations: '操作', required: '必填', system: '系统', language: 'English',
}
