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
    {"control_character", "不能包含控制字符", "must not contain control characters"},
    {"unavailable", "数据库暂时不可用，请稍后重试，内容不会丢失",
     "The database is away for a moment. Try again shortly; nothing is lost."},
    {"forbidden", "您没有执行此操作的权限", "You are not allowed to do this."},
    {"idempotency_key_reused", "该 Idempotency-Key 已用于另一内容的请求",
     "This Idempotency-Key was used for another request."},
    {"idempotency_key_invalid", "Idempotency-Key 最长 100 个可见 ASCII 字符",
     "An Idempotency-Key has 1 to 100 visible ASCII characters."},
    {"internal_error", "系统内部错误，请联系管理员并提供请求编号",
     "Something went wrong here. Tell the administrator the request id."},
    {"invalid_input", "提交的内容有误，请检查标出的字段", "Some fields need attention."},
    {"invalid_if_match", "If-Match 请求头应为双引号内的版本号", "If-Match must be a version in double quotes."},
    {"malformed_json", "请求内容不是有效的 JSON", "The body is not valid JSON."},
    {"method_not_allowed", "该地址不支持此方法", "This address does not take that method."},
    {"not_a_boolean", "应为 true 或 false", "must be true or false"},
    {"not_a_number", "应为数字", "must be a number"},
    {"not_a_time", "应为 RFC 3339 格式的时间", "must be an RFC 3339 time"},
    {"not_a_date", "应为 YYYY-MM-DD 格式的日期", "must be a date, YYYY-MM-DD"},
    {"not_an_array", "应为数组", "must be an array"},
    {"not_an_integer", "应为整数", "must be an integer"},
    {"not_an_object", "应为对象", "must be an object"},
    {"not_found", "未找到", "There is no such thing here."},
    {"not_text", "应为文本", "must be text"},
    {"origin_refused", "请求来源不被允许", "Requests from that origin are refused."},
    {"out_of_range", "数值超出允许范围", "is out of range"},
    {"overloaded", "系统繁忙，请稍后重试", "Too much at once. Try again in a moment."},
    {"password_change_required", "首次登录请先修改密码", "Change your password first."},
    {"precondition_required", "请携带 If-Match 请求头，说明所依据的版本", "Say with If-Match which version you saw."},
    {"required", "必填", "is required"},
    {"not_signed_in", "请先登录", "Sign in first."},
    {"too_few", "数量太少", "has too few entries"},
    {"too_long", "内容过长", "is too long"},
    {"too_many", "数量过多", "has too many entries"},
    {"too_short", "内容过短", "is too short"},
    {"unknown_field", "未知字段", "is not a field of this request"},
    {"unknown_value", "不是可选值之一", "is not one of the possible values"},
    {"unsupported_media_type", "请求内容类型应为 application/json", "The body must be application/json."},
    {"version_conflict", "内容已被他人修改，请查看最新状态后重试",
     "Somebody changed it meanwhile. Look at the present state and try again."},
});

}  // namespace

std::string_view message(std::string_view code, std::string_view language) {
    const auto found = std::ranges::find(messages, code, &Message::code);
    if (found == messages.end()) return code;
    return language == "en" ? found->en : found->zh;
}

}  // namespace callout::api
