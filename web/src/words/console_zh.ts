// Words of the console only.
export default {
  nav: {
    board: '看板', tickets: '工单', new_ticket: '新建工单', unsaved_ticket: '未存工单', incidents: '故障事件', customers: '客户', assets: '设备', calls: '通话', organisation: '组织', catalogue: '目录', plans: '排程',
    users: '用户', audit: '审计日志', account: '我的账户', administration: '管理', menu: '菜单', home: '回到看板', not_yours: '您没有查看该页面的权限。',
  },
  board: {
    title: '实时看板', filters: '筛选', only_urgent: '只看紧急', all_offices: '全部办事处', all_kinds: '全部类型', find: '客户、设备、地址、单号',
    in_service: '服务中', others: '答复与投诉', empty: '没有工单', none_such: '没有符合筛选的工单', show_all: '清除筛选', nothing: '现在没有未结的工单；新工单和每一步进展会实时出现在这里。', more: '还有 {n} 张，全部查看', failed_offers: '{n} 次派工失败',
    chases: '催单 {n} 次', reopened: '返修 {n}', no_dealer: '未派工', total: '未结 {n}', urgent_count: '紧急 {n}', updated: '刚更新',
  },
  ticket: {
    title: '工单 {id}', timeline: '时间线', offers: '派工记录', visits: '上门记录', callbacks: '回访记录', calls: '通话', actions: '可执行操作',
    facts: '工单信息', opened_by: '建单人', fault_reported_at: '报修时间', merged_into: '已合并到工单', merged_from: '合并进来的工单',
    complained: '投诉的工单', here: '也在看：{names}', typing: '{names} 正在输入…', no_actions: '您现在没有可执行的操作。',
    changed: '工单刚被更新：{what}', attempt: '第 {n} 次', distance: '距设备 {m} 米', distance_far: '距设备 {km} 公里', no_position: '无定位', distance_km: '{km} 公里',
    authorised: '已授权', not_authorised: '未授权该产品', expires: '{time} 前答复', score: '{n} 分', pause_counts: '停表', stop: '离开',
    another: '改为再派一次', none_found: '没有工单', recording: '录音', happened_late: '补录于 {time}', arrival: '到场 {time}', signed_by: '客户签名', no_such: '没有这张工单。', not_here: '没有这张工单，或者您无权查看。请核对单号。', warranty: '报修时保修', by_number: '输入单号，回车打开', departure: '出发 {time}', no_similar: '没有找到可能相同的工单，请填写工单号。', number: '工单号',
  },
  suggest: {
    title: '推荐的服务商', asking: '正在计算推荐…', failed: '暂时没有推荐，请自行选择。', nobody: '没有合适的技师：', other: '选择其他服务商…', arrives: '预计 {time} 到场',
    cost: '折合 {time}', free: '当天没有安排', why_not: '没有推荐的原因：', ranked: '也可以：排第 {rank} 名，比第一名多 {time}', unknown: '该服务商没有可以上门的技师', was_ranked: '派工时推荐排名第 {rank}。',
    reason: {
      travel_min: '路上 {time}（{km} 公里）', road_km: '路程 {n} 公里', detour_min: '全程绕行 {time}', detour_km: '绕行 {n} 公里', response_min: '{time}后到场', waiting_min: '等候 {time}',
      visits_that_day: '当天已有 {n} 单', working_min_mean: '近 30 天日均工作 {time}', asset_visits: '修过这台设备 {n} 次', dealer_waiting_visits: '服务商有 {n} 单未指定技师',
      slack_min: '之后的安排还有 {time}余量', skills: '所需技能齐备', tools: '所需工具齐备', licences: '所需资质齐备', parts: '所需备件齐备',
    },
  },
  obstacle: {
    duplicate_id: '资料重复', malformed: '资料有误', no_technician: '没有技师', site_missing: '工单没有坐标', longer_than_a_day: '工作量超过一天', not_authorised: '未授权该产品',
    declined: '已拒单或超时未答复', outside_territory: '不在服务区域', home_missing: '技师没有出发地点', skill_missing: '缺少技能', licence_missing: '缺少资质', tool_missing: '缺少工具',
    part_missing: '缺少备件', not_working: '不在工作时间', overloaded: '当天已排满', window_missed: '赶不上时限', promise_broken: '会耽误已承诺的上门',
  },
  plan: {
    lead: '系统按路程、时限和技师的工作时间重新安排一个办事处当天的上门，给出建议；确认后才生效。', only_open: '只看待确认', choose_office: '选择办事处', make: '立即排程', none: '没有排程建议。选择办事处后点「立即排程」。',
    day: '日期', better: '变化', same: '没有变化', made: '生成', decided: '确认', changes: '建议的改动', no_changes: '没有找到更好的安排，不需要改动。',
    accept_all: '全部采纳', accept_some: '采纳所选 {n} 项', superseded: '已有更新的建议，这一份不能再采纳。', nobody: '无人', unserved: '无法安排的工单', tours: '技师行程',
    stops: '{n} 单', home: '{time} 返回', road: '路程 {km} 公里', depends: '要先采纳 {tickets} 的改动，才腾得出时间',
    state: { open: '待确认', accepted: '已采纳', partly_accepted: '部分采纳', superseded: '已过时' },
    change_state: { open: '待确认', accepted: '已采纳', conflict: '工单已变化', refused: '未能执行' },
    outcome: { accepted: '已采纳', conflict: '工单在此期间变了，没有改动', refused: '工单现在的状态不允许这样改' },
    action: { offer: '派工', name_technician: '指定技师', reschedule: '改时间', leave_out: '移出当天' },
    figure: { visits: '上门单数', unserved: '未安排', late_priority_min: '迟到（加权分钟）', working_min: '总工时（分钟）', road_km: '总里程（公里）' },
    reason: {
      nobody_has_it: '还没有人负责', holder_cannot: '现在的技师去不了', late_min: '迟到 {before} → {after} 分钟', detour_km: '绕行 {before} → {after} 公里',
      day_working_min: '当天工时 {before} → {after} 分钟', makes_room: '为别的工单腾出时间',
    },
  },
  action_hint: {
    merge: '同一故障的几张工单合并成一张来处理；可以撤销。', recall: '从服务商处收回，工单回到待派工。', unmerge: '恢复成单独的工单，回到合并前的状态。',
    leave_incident: '移出后单独派工；移出主工单，随它维修的工单也一并移出。',
    cancel: '工单就此结束，不再派工。', chase: '记下客户的催促，所有人都能看到。', note: '只有坐席、调度、办事处和主管看得到。',
  },
  event: {
    ticket_opened: '建单', ticket_edited: '更正信息', ticket_merged: '合并', ticket_unmerged: '撤销合并', ticket_chased: '催单',
    ticket_noted: '内部备注', ticket_cancelled: '取消', ticket_answered: '答复', ticket_investigating: '开始调查',
    ticket_resolved: '解决', ticket_followed_up: '回访完成', ticket_reopened: '回访未修好，重新打开', ticket_closed: '关闭',
    offer_made: '派工', offer_reminded: '提醒服务商', offer_confirmed: '服务商接单', offer_rejected: '服务商拒单',
    offer_expired: '派工超时', offer_recalled: '收回派工', offer_escalated: '派工升级', technician_named: '指定技师', technician_released: '更换技师',
    technician_missing: '未按时指定技师', visit_departed: '技师出发', visit_arrived: '技师到场', visit_paused: '挂起',
    visit_resumed: '继续', visit_repaired: '修复完成', visit_unrepaired: '未修复离开', callback_attempted: '回访未接通',
    callback_overdue: '回访超时', call_ringing: '来电振铃', call_answered: '来电接听', call_ended: '通话结束', call_missed: '未接来电',
    ticket_joined_incident: '并入故障事件', ticket_left_incident: '移出故障事件', ticket_repaired_with_lead: '随主工单修复',
  },
  source: {
    console: '工作台', phone_app: '手机', office_on_behalf: '办事处代办', api: '接口', system: '系统', import: '导入',
  },
  new_ticket: {
    caller: '来电人', lookup: '电话尾号（4 位以上）或姓名', lookup_hint: '↑↓ 选择，回车确定；Ctrl+回车保存工单', unknown_caller: '新客户',
    new_name: '客户名称', new_phone: '客户电话', asset: '设备', no_asset: '不涉及设备', in_warranty: '保内至 {until}', out_of_warranty: '已过保', warranty_unknown: '保修不明',
    save: '保存工单', save_anyway: '仍然新建', similar: '可能重复，或是同一故障', similar_lead: '请先看看这些未结工单：',
    same_fault: '同一故障，随它维修', joins: '保存后随工单 #{id} 的上门一并维修，不单独派工，修好后单独回访。', joins_not: '取消', save_joined: '保存并并入',
    restored: '上次没有保存的内容还在。', discard: '放弃草稿', confirm_discard: '放弃这张没有保存的工单？写下的内容不会保留。', unsaved: '还没保存的工单',
    chase_instead: '改为催单', open_it: '打开', chased: '已在工单 {id} 上催单', saved: '工单 {id} 已建立', other_customer: '换一个客户',
    point: '坐标', choose_customer: '请选择客户或填写新客户。', name_missing: '请填写新客户的名称。', nobody: '没有找到，可直接填写新客户。', chase_note: '客户来电催促',
    warranty_reason: { in_force: '保内', date_passed: '日期已过', hours_exceeded: '工时已超', start_unknown: '没有登记销售或投用日期' },
  },
  likeness: {
    same_asset: '同一设备', same_customer: '同一客户', same_caller: '同一来电', same_site: '同一地点', upstream_asset: '设备上下游相连', near_site: '地点相邻',
    same_fault: '故障相同', related_fault: '故障同类', same_product: '同型产品', same_hours: '两小时内报修', same_day: '一天内报修',
    distance: '相距 {m} 米', distance_far: '相距 {km} 公里', apart: '报修相隔 {time}', at_once: '同时报修',
  },
  incident: {
    kind: { same_fault: '同一故障', campaign: '批次问题' }, about: '一处故障牵涉多张工单：一次上门全部修复，逐一回访；批次问题只作标记，各自派工。',
    find: '标题', only_open: '只看未结', none: '没有故障事件', tickets: '工单', count: '未结 {open} / 共 {n}', made: '建立', not_here: '没有这个故障事件，或者您无权查看。',
    may_be_same: '可能是同一故障', may_be_same_lead: '请核对这些未结的报修，勾选确实相同的。', choose: '勾选后即可归为一个故障事件。', is_in_one: '已在故障事件中',
    group: '同一故障，一次上门', group_hint: '主工单派工上门，其余工单不单独派工，随它修复，修好后逐一回访。', mark: '标记为批次问题', mark_hint: '同型产品的共同问题：只作标记，每张工单照常单独派工。',
    join: '并入故障事件「{title}」', in_several: '所选工单分属不同的故障事件，请先移出其一。', add: '加入更多工单', add_chosen: '加入', take_out: '移出',
    leads: '本单是主工单：一次上门同时修复另外 {n} 张工单，修好后逐一回访。', leads_them: '本单是主工单：其余工单随它修复，修好后逐一回访。', follows: '本单不单独派工，随主工单的上门一并修复，修好后单独回访。主工单',
    is_marked: '本单照常单独派工。', is_apart: '本单属于此故障事件，但单独派工。', follows_lead: '它随主工单 #{id} 维修。',
  },
  call: {
    incoming: '来电 {number}', from: '{name} 来电', open: '新建工单', dismiss: '忽略', unknown: '陌生号码', queue: '队列 {queue}',
    state: { ringing: '振铃', answered: '通话中', ended: '已结束', missed: '未接' }, direction: { in: '呼入', out: '呼出' }, time: '时间', number: '号码', answered_by: '接听人', none: '还没有通话记录；来电时会自动出现在这里。', none_missed: '没有未接来电', only_missed: '只看未接',
  },
  customer: {
    title: '客户', contacts: '联系人', assets: '设备', tickets: '工单', reveal: '显示完整号码', masked: '号码已隐藏', note: '备注', new: '新建客户', nobody: '没有找到客户，请核对号码或姓名', phones_hint: '每行一个号码', tags_hint: '用空格分开', add_contact: '添加联系人',
    remove_contact: '移除此联系人', same_number: '同号客户',
    kind: { person: '个人', company: '单位' }, tier: { standard: '普通', silver: '银卡', gold: '金卡' },
  },
  asset: {
    warranty: '保修', meter: '工时表读数', owners: '历任机主', add_reading: '登记读数', hours: '读数（小时）', read_at: '时间', from: '自', until: '至',
    transfer: '过户', transfer_time: '过户时间', new: '新建设备', none_found: '没有设备', no_readings: '还没有登记过读数。', owns_it: '{name}已经是这台设备的机主，请选择另一位客户。', new_owner: '新机主', now: '现在',
    warranty_hint: '保修期按产品目录从投用日期（没有则从销售日期）起算；「另行约定」优先。',
    below: '读数低于此前登记的 {hours} 小时。是更换了工时表，还是输入有误？', replaced: '已更换工时表，照此登记', slip: '输入有误，重新填写', new_meter: '新表',
  },
  users: {
    new: '新建用户', reset: '重置密码', disable: '停用', enable: '启用', disabled: '已停用', initial_password: '初始密码', find: '登录名、姓名', all_roles: '全部角色',
    nobody: '没有符合条件的用户', login_hint: '小写字母、数字、点、横线',
    confirm_reset: '重置 {name} 的密码？其所有会话将被结束。', confirm_disable: '停用 {name}？其所有会话将被结束。', show_disabled: '含停用',
  },
  account: {
    sessions: '我的会话', this_one: '当前', end: '结束', end_others: '结束其他所有会话', ended: '会话已结束', password: '修改密码', changed: '密码已修改，其他会话已结束。', address: '地址',
    browser: '浏览器', last_seen: '最近使用', since: '开始',
  },
  audit: {
    time: '时间', who: '谁', action: '操作', subject: '对象', details: '细节', address: '地址', all: '全部操作', none: '没有符合条件的记录', fields: '改动',
    group: { session: '登录', access: '拒绝访问', password: '密码', user: '用户', unit: '组织', technician: '技师资料', service_area: '服务区域', fault_requirement: '故障所需', offering_policy: '派工方式', token: '令牌', product: '产品', fault: '故障', customer: '客户', import: '导入' },
    thing: { session: '会话', route: '接口', user: '用户', unit: '单位', token: '令牌', product: '产品', fault: '故障', customer: '客户' },
    detail: {
      method: '方式', route: '地址', path: '组织路径', path_before: '原组织路径', roles_before: '原角色', unit_id_before: '原组织', user_id: '用户', token_id: '令牌', by: '经由', what: '内容',
      rows_read: '读取行数', imported: '导入', unchanged: '未变', rejected: '拒收',
    },
    value: {
      forbidden: '没有权限', throttled: '尝试过多', wrong_password: '密码错误', unknown_login: '没有此登录名', account_disabled: '账号已停用', 'command line': '命令行', customers: '客户', assets: '设备', tickets: '工单', organisation: '组织',
    },
    word: {
      technician_changed: '修改技师资料', service_area_changed: '修改服务区域', fault_requirement_changed: '修改故障所需', offering_policy_changed: '修改派工方式',
      session_signed_in: '登录', session_refused: '登录被拒', session_signed_out: '退出', session_revoked: '结束会话', access_denied: '访问被拒',
      password_changed: '修改密码', user_created: '新建用户', user_changed: '修改用户', user_disabled: '停用用户', user_enabled: '启用用户',
      user_password_reset: '重置密码', unit_created: '新建单位', unit_changed: '修改单位', unit_moved: '移动单位', token_created: '新建令牌',
      token_revoked: '撤销令牌', product_created: '新建产品', product_changed: '修改产品', fault_created: '新建故障', fault_changed: '修改故障',
      customer_phones_revealed: '查看完整号码', import_finished: '导入完成',
    },
  },
  organisation: {
    products: '授权产品', inactive: '已停用', new: '新建单位', below: '下级', find: '名称、代码、地址、电话', show_inactive: '含停用', is_active: '启用',
    all_products: '全部产品', offering: '派工方式', automatic: '自动派工', automatic_hint: '建单后自动派给推荐的第一名；拒单或超时后派给下一名。连续失败到上限后交还人工。', nothing_found: '没有符合条件的单位',
  },
  catalogue: {
    products: '产品', faults: '故障', new_product: '新建产品', new_fault: '新建故障', find: '代码、名称', warranty: '保修', months: '{n} 个月',
    hours: '{n} 小时', no_limit: '不限', closed: '已停用', is_active: '启用（停用后不能再选，已有记录不变）', group: '所属分类', top: '（顶层分类）', below: '下级',
    no_products: '还没有产品', no_faults: '还没有故障',
  },
  tokens: {
    title: '{name} 的接口令牌', short: '令牌', lead: '外部系统凭令牌以此账号的身份访问接口，权限与此账号相同。', name: '用途', created: '建立', expires: '有效期至',
    never: '长期有效', none: '还没有令牌', revoke: '撤销', revoked: '已撤销', expired: '已过期', confirm_revoke: '撤销「{name}」？使用它的系统将立即无法访问。',
    new_name: '新令牌的用途', new_name_hint: '例如：电话系统', create: '新建令牌', made: '新令牌',
  },
  secret: {
    copy: '复制', copied: '已复制', only_now: '只显示这一次，请现在记下或交给本人。', too_late: '它已经显示过一次，无法再看。需要时请重新生成。', noted: '已记下',
  },
  record: {
    saved: '已保存：{name}', added: '已新建：{name}', overtaken: '刚才有人改了这些内容，请核对后再保存：', contested: '（您也改了这一项，保存将以您的为准）',
    take_theirs: '放弃我的修改，采用现在的内容',
  },
}
