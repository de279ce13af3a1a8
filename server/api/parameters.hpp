// Reads the query of a request as Fields reads its body: every mistake at once, an unknown parameter is one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/clock.hpp"
#include "dispatch/enum_names.hpp"
#include "server/api/problem.hpp"
#include "server/http/message.hpp"

namespace callout::api {

// Where a list goes on. Lists are ordered by id: the cursor is the last id the caller has.
struct Page {
    std::optional<std::int64_t> cursor;
    std::int64_t limit = 50;
};

class Parameters {
public:
    explicit Parameters(const http::Request& request) : query_{request.query} {}

    // Empty when absent. Longer than max code units is an error.
    std::string text(std::string_view name, std::size_t max = 200);
    std::optional<std::int64_t> id(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
    std::optional<bool> flag(std::string_view name);
    std::optional<Instant> instant(std::string_view name);
    // limit= (1 to 200, default 50).
    std::int64_t limit();
    // cursor= and limit=.
    Page page();
    // Whether the parameter is there with exactly this value.
    bool is(std::string_view name, std::string_view value);
    // Ids separated by commas, at most 200.
    std::vector<std::int64_t> ids(std::string_view name);

    // All values of a parameter that may be repeated or hold a comma-separated list.
    template <NamedEnum Enum>
    std::vector<Enum> choices(std::string_view name) {
        std::vector<Enum> values;
        for (const auto& word : words(name)) {
            if (const auto value = parse<Enum>(word))
                values.push_back(*value);
            else
                fail(name, "unknown_value");
        }
        return values;
    }

    // The value of a parameter that may stand once.
    template <NamedEnum Enum>
    std::optional<Enum> choice(std::string_view name) {
        const auto values = choices<Enum>(name);
        return values.empty() ? std::nullopt : std::optional{values.front()};
    }

    void fail(std::string_view name, std::string_view code);

    // All mistakes as one 422, or nothing; call it after all reading.
    std::optional<Problem> problem();

private:
    const std::string* find(std::string_view name);
    std::vector<std::string> words(std::string_view name);

    const std::vector<std::pair<std::string, std::string>>& query_;
    std::vector<std::string> asked_;
    std::vector<FieldError> errors_;
};

}  // namespace callout::api
