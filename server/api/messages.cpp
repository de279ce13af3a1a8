#include "server/api/messages.hpp"

#include <algorithm>
#include <array>

namespace callout::api {
namespace {

struct Message {
    std::string_view code;
    std::string_view zh;
    std::string_view en;
};

constexpr auto messages = std::to_array<Message>({
    {"account_disabled", "该账号已停用", "This account is disabled."},
    {"already_in_incident", "该工单已属于另一故障事件", "already belongs to an incident"},
    {"body_too_large", "请求内容过大", "The body is too large."},
    {"campaign_has_no_lead", "批次问题没有主工单，每张工单各自派工",
     "a campaign has none: each ticket is dispatched by itself"},
    {"contains_login", "密码不能包含登录名", "must not contain the login"},
    {"control_character", "不能包含控制字符", "must not contain control characters"},
    {"either_or", "客户编号与新客户只能二选一", "give either the customer's id or a new customer"},
    {"expectation_failed", "不支持该 Expect 请求头", "That Expect header is not supported."},
    {"forbidden", "您没有执行此操作的权限", "You are not allowed to do this."},
    {"happened_in_future", "时间不能晚于现在", "lies in the future"},
    {"happened_too_early", "时间早于上一步", "lies before the step before it"},
    {"has_active_units", "请先停用其下属单位", "Close the units below it first."},
    {"has_active_users", "请先停用或调离其人员", "Disable or move its people first."},
    {"has_open_tickets", "仍有未完成的工单，请先完成或改派", "It has open tickets. Finish or hand them over first."},
    {"headers_too_large", "请求头过大", "The headers are too large."},
    {"headquarters_stays", "总部不能停用", "Headquarters cannot be closed."},
    {"http_version_not_supported", "仅支持 HTTP/1.1", "Only HTTP/1.1 is spoken here."},
    {"idempotency_key_invalid", "Idempotency-Key 最长 100 个可见 ASCII 字符",
     "An Idempotency-Key has 1 to 100 visible ASCII characters."},
    {"idempotency_key_reused", "该 Idempotency-Key 已用于另一内容的请求",
     "This Idempotency-Key was used for another request."},
    {"in_the_past", "时间已过去", "is in the past"},
    {"internal_error", "系统内部错误，请联系管理员并提供请求编号",
     "Something went wrong here. Tell the administrator the request id."},
    {"invalid_framing", "请求长度信息有误", "Where the request ends is not clear."},
    {"invalid_host", "Host 请求头缺失或有误", "The Host header is missing or wrong."},
    {"invalid_if_match", "If-Match 请求头应为双引号内的版本号", "If-Match must be a version in double quotes."},
    {"invalid_input", "提交的内容有误，请检查标出的字段", "Some fields need attention."},
    {"invalid_target", "请求地址有误", "The address is not well formed."},
    {"kind_not_below_parent", "此类单位不能设在该上级之下", "a unit of this kind cannot stand there"},
    {"last_administrator", "至少须保留一名可用的管理员", "At least one administrator must remain."},
    {"malformed_form", "请求内容不是有效的表单", "The body is not a valid form."},
    {"malformed_header", "请求头格式有误", "A header is not well formed."},
    {"malformed_json", "请求内容不是有效的 JSON", "The body is not valid JSON."},
    {"malformed_request", "请求格式有误", "The request is not well formed."},
    {"meter_above_later", "读数高于此后的读数", "is above a later reading"},
    {"meter_below_earlier", "读数低于此前的读数；如已更换仪表请注明",
     "is below an earlier reading; say so if the meter was replaced"},
    {"method_not_allowed", "该地址不支持此方法", "This address does not take that method."},
    {"method_not_implemented", "不支持此方法", "That method is not known here."},
    {"not_a_boolean", "应为 true 或 false", "must be true or false"},
    {"not_a_clock_time", "应为 HH:MM 格式的时刻", "must be a time of day, HH:MM"},
    {"not_a_date", "应为 YYYY-MM-DD 格式的日期", "must be a date, YYYY-MM-DD"},
    {"not_a_dealer", "只有服务商和服务站可以设置产品", "only dealers and substations repair products"},
    {"not_a_login", "登录名只能包含小写字母、数字和 . _ @ -，且以字母或数字开头",
     "has lower-case letters, digits and . _ @ - only, and begins with a letter or digit"},
    {"not_a_number", "应为数字", "must be a number"},
    {"not_a_session", "使用令牌访问时没有会话可退出", "A token has no session to end."},
    {"not_a_signature", "不是有效的签名", "is not a signature"},
    {"not_a_time", "应为 RFC 3339 格式的时间", "must be an RFC 3339 time"},
    {"not_a_web_address", "应为 http:// 或 https:// 开头的地址",
     "must be an address beginning with http:// or https://"},
    {"not_an_array", "应为数组", "must be an array"},
    {"not_an_integer", "应为整数", "must be an integer"},
    {"not_an_object", "应为对象", "must be an object"},
    {"not_after_from", "结束须晚于开始", "must lie after the beginning"},
    {"not_digits", "只能包含数字", "must be digits"},
    {"not_found", "未找到", "There is no such thing here."},
    {"not_signed_in", "请先登录", "Sign in first."},
    {"not_text", "应为文本", "must be text"},
    {"not_visible_ascii", "只能包含可见 ASCII 字符", "must be visible ASCII characters"},
    {"nothing_changed", "没有任何变化", "changes nothing"},
    {"origin_refused", "请求来源不被允许", "Requests from that origin are refused."},
    {"out_of_range", "数值超出允许范围", "is out of range"},
    {"overloaded", "系统繁忙，请稍后重试", "Too much at once. Try again in a moment."},
    {"own_account", "不能停用自己的账号", "You cannot disable your own account."},
    {"parent_cycle", "上级不能是自己或自己的下级", "would put the entry below itself"},
    {"password_change_required", "首次登录请先修改密码", "Change your password first."},
    {"phone_not_a_number", "不是电话号码", "is not a telephone number"},
    {"phone_not_in_use", "没有这样的号码，请核对", "is not a number in use; check the digits"},
    {"phone_too_long", "电话号码位数过多", "is too long for a telephone number"},
    {"phone_too_short", "电话号码位数不足（座机请加区号）",
     "is too short for a telephone number; a landline needs its area code"},
    {"phone_unknown_country", "国家或地区代码不存在", "has a country code that does not exist"},
    {"plan_superseded", "该计划已被更新的计划取代", "A newer plan has taken this one's place."},
    {"precondition_required", "请携带 If-Match 请求头，说明所依据的版本", "Say with If-Match which version you saw."},
    {"request_timeout", "请求未在规定时间内发送完毕", "The request did not arrive in time."},
    {"required", "必填", "is required"},
    {"repeated", "有重复项", "names something twice"},
    {"role_not_in_this_unit", "该单位不能设置此角色", "this role does not belong in a unit of that kind"},
    {"role_not_yours_to_give", "您无权授予此角色", "you cannot give this role"},
    {"same_as_before", "新密码不能与原密码相同", "must differ from the old one"},
    {"taken", "已被使用", "is taken"},
    {"too_few", "数量太少", "has too few entries"},
    {"too_long", "内容过长", "is too long"},
    {"too_many", "数量过多", "has too many entries"},
    {"too_many_failures", "失败次数过多，请在 {seconds} 秒后重试",
     "Too many failures. Try again in {seconds} seconds."},
    {"too_many_tokens", "令牌数量已达上限，请先撤销不再使用的令牌", "Too many tokens. Revoke those not in use."},
    {"too_short", "内容过短", "is too short"},
    {"too_simple", "密码过于简单", "is too easily guessed"},
    {"unavailable", "数据库暂时不可用，请稍后重试，内容不会丢失",
     "The database is away for a moment. Try again shortly; nothing is lost."},
    {"unit_inactive", "该单位已停用", "The unit is closed."},
    {"unknown_field", "未知字段", "is not a field of this request"},
    {"unknown_value", "不是可选值之一", "is not one of the possible values"},
    {"unsupported_media_type", "请求内容类型应为 application/json", "The body must be application/json."},
    {"upstream_cycle", "上级设备不能是自己或自己的下级", "would make the machine its own upstream"},
    {"uri_too_long", "请求地址过长", "The address is too long."},
    {"version_conflict", "内容已被他人修改，请查看最新状态后重试",
     "Somebody changed it meanwhile. Look at the present state and try again."},
    {"wrong_login_or_password", "登录名或密码不正确", "Login or password is wrong."},
    {"wrong_password", "密码不正确", "is not your password"},
});

}  // namespace

std::string_view message(std::string_view code, std::string_view language) {
    const auto found = std::ranges::find(messages, code, &Message::code);
    if (found == messages.end()) return code;
    return language == "en" ? found->en : found->zh;
}

}  // namespace callout::api
