#include "server/api/phone_field.hpp"

#include "server/phones/phone_number.hpp"

namespace callout::api {

std::string read_phone(Fields& fields, std::string_view name, const Call& call) {
    const auto typed = fields.optional_text(name, {.max = 40});
    if (!typed || typed->empty()) return "";
    const auto number = phones::parse(*typed, call.services.phone_region);
    if (!number) fields.fail(name, phones::code_of(number.error()));
    return number ? number->e164 : "";
}

}  // namespace callout::api
