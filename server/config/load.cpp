#include "server/config/load.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "dispatch/text.hpp"
#include "server/config/keys.hpp"

namespace callout::config {
namespace {

class Loader {
public:
    tl::expected<Loaded, std::vector<Mistake>> load(const Sources& sources) {
        for (const auto& key : keys()) loaded_.origins[std::string{key.name}] = "default";
        if (sources.file) read_file(*sources.file);
        for (const auto& [name, value] : sources.environment) read_variable(name, value);
        for (const auto& setting : sources.settings) read_setting(setting);
        check_together();
        if (!mistakes_.empty()) return tl::unexpected{std::move(mistakes_)};
        return std::move(loaded_);
    }

private:
    // ---- the file

    void read_file(const std::filesystem::path& path) {
        const auto name = path.string();
        if (std::filesystem::is_directory(path))
            return complain("unreadable_file", "", name, "is a directory, not a file");
        if (::access(path.c_str(), R_OK) != 0) return complain("unreadable_file", "", name, "cannot be read");
        try {
            read_table(toml::parse_file(name), "", path.filename().string());
        } catch (const toml::parse_error& error) {
            const auto& begin = error.source().begin;
            complain("not_toml", "", fmt::format("{}:{}:{}", path.filename().string(), begin.line, begin.column),
                     std::string{error.description()});
        }
    }

    void read_table(const toml::table& table, const std::string& prefix, const std::string& file) {
        for (const auto& [name, node] : table) {
            const auto full = prefix + std::string{name.str()};
            const auto origin = fmt::format("{}:{}", file, node.source().begin.line);
            const auto* key = find_key(full);
            if (key != nullptr) {
                read_node(*key, node, origin);
            } else if (const auto* inner = node.as_table(); inner != nullptr && !inner->empty()) {
                read_table(*inner, full + ".", file);
            } else if (inner == nullptr || !is_section(full)) {
                unknown(full, origin);
            }
        }
    }

    void read_node(const Key& key, const toml::node& node, const std::string& origin) {
        const Place place = key.place(loaded_.config);
        if (auto* const* text = std::get_if<std::string*>(&place); text != nullptr && node.is_string())
            return set(key, **text, node.as_string()->get(), origin);
        if (auto* const* truth = std::get_if<bool*>(&place); truth != nullptr && node.is_boolean())
            return set(key, **truth, node.as_boolean()->get(), origin);
        if (auto* const* number = std::get_if<int*>(&place); number != nullptr && node.is_integer())
            return set_number(key, **number, node.as_integer()->get(), origin);
        if (auto* const* texts = std::get_if<std::vector<std::string>*>(&place); texts != nullptr && node.is_array()) {
            std::vector<std::string> values;
            for (const auto& element : *node.as_array()) {
                if (!element.is_string()) return wrong_type(key, origin, "a list with something else in it");
                values.push_back(element.as_string()->get());
            }
            return set(key, **texts, std::move(values), origin);
        }
        wrong_type(key, origin, fmt::format("{}", kind(node)));
    }

    static std::string_view kind(const toml::node& node) {
        if (node.is_string()) return "a text in quotes";
        if (node.is_integer()) return "a number";
        if (node.is_floating_point()) return "a number with a fraction";
        if (node.is_boolean()) return "true or false";
        if (node.is_array()) return "a list";
        if (node.is_table()) return "a section";
        return "a date or time";
    }

    // ---- environment and command line: everything is text

    void read_variable(const std::string& name, const std::string& value) {
        if (!name.starts_with("CALLOUT_") || name == "CALLOUT_CONFIG" || name.starts_with("CALLOUT_TEST_")) return;
        const auto key =
            std::find_if(keys().begin(), keys().end(), [&](const Key& each) { return environment_name(each) == name; });
        if (key != keys().end()) return read_text(*key, value, name);
        // CALLOUT_HTPP_PORT: judged as htpp.port, the first underscore being the likely dot.
        auto guess = lower_case(std::string_view{name}.substr(std::string_view{"CALLOUT_"}.size()));
        if (const auto underscore = guess.find('_'); underscore != std::string::npos) guess[underscore] = '.';
        complain(
            "unknown_key", guess, name,
            fmt::format("there is no such key; the nearest is {}", environment_name(*find_key(nearest_key(guess)))));
    }

    void read_setting(const std::string& setting) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos)
            return complain("wrong_type", setting, "--set", "is written key=value, for example http.port=8081");
        const auto name = setting.substr(0, equals);
        const auto* key = find_key(name);
        if (key == nullptr) return unknown(name, "--set");
        read_text(*key, setting.substr(equals + 1), "--set");
    }

    void read_text(const Key& key, const std::string& value, const std::string& origin) {
        const Place place = key.place(loaded_.config);
        if (auto* const* text = std::get_if<std::string*>(&place)) return set(key, **text, value, origin);
        if (auto* const* texts = std::get_if<std::vector<std::string>*>(&place))
            return set(key, **texts, split(value), origin);
        if (auto* const* truth = std::get_if<bool*>(&place)) {
            if (value != "true" && value != "false") return wrong_type(key, origin, "\"" + value + "\"");
            return set(key, **truth, value == "true", origin);
        }
        std::int64_t number = 0;
        const auto* end = value.data() + value.size();
        const auto [stopped, error] = std::from_chars(value.data(), end, number);
        if (error != std::errc{} || stopped != end) return wrong_type(key, origin, "\"" + value + "\"");
        set_number(key, *std::get<int*>(place), number, origin);
    }

    static std::vector<std::string> split(const std::string& value) {
        std::vector<std::string> parts;
        for (std::size_t begin = 0; begin < value.size();) {
            const auto comma = std::min(value.find(',', begin), value.size());
            if (comma > begin) parts.push_back(value.substr(begin, comma - begin));
            begin = comma + 1;
        }
        return parts;
    }

    // ---- setting a value that has the right type

    template <class T>
    void set(const Key& key, T& place, T value, const std::string& origin) {
        if (!acceptable(key, value, origin)) return;
        place = std::move(value);
        loaded_.origins[std::string{key.name}] = origin;
    }

    void set_number(const Key& key, int& place, std::int64_t value, const std::string& origin) {
        if (value < key.minimum || value > key.maximum)
            return complain("out_of_range", std::string{key.name}, origin,
                            fmt::format("must be from {} to {}, not {}", key.minimum, key.maximum, value));
        set(key, place, static_cast<int>(value), origin);
    }

    bool acceptable(const Key&, int, const std::string&) { return true; }

    bool acceptable(const Key&, bool, const std::string&) { return true; }

    bool acceptable(const Key& key, const std::string& value, const std::string& origin) {
        // A secret's value is not repeated in a message that ends up in a log.
        const auto shown = key.secret ? std::string{"its value"} : "\"" + value + "\"";
        if (!key.choices.empty() && std::find(key.choices.begin(), key.choices.end(), value) == key.choices.end()) {
            complain("not_allowed", std::string{key.name}, origin,
                     fmt::format("{} is none of {}", shown, fmt::join(key.choices, ", ")));
            return false;
        }
        const auto complaint = key.complaint != nullptr ? key.complaint(value) : std::string{};
        if (!complaint.empty())
            complain("not_allowed", std::string{key.name}, origin, fmt::format("{} {}", shown, complaint));
        return complaint.empty();
    }

    bool acceptable(const Key& key, const std::vector<std::string>& values, const std::string& origin) {
        bool good = true;
        for (const auto& value : values) good = acceptable(key, value, origin) && good;
        return good;
    }

    // ---- what only the whole can tell

    void check_together() {
        const auto& config = loaded_.config;
        const bool both_read = !complained("http.tls_certificate") && !complained("http.tls_key");
        if (both_read && config.http.tls_certificate.empty() != config.http.tls_key.empty())
            contradict("http.tls_certificate", "http.tls_certificate and http.tls_key are set together or not at all");
        if (config.http.connections_per_address > config.http.connections &&
            loaded_.origins["http.connections_per_address"] != "default")
            contradict("http.connections_per_address", "is more than http.connections");
        if (config.dispatch.failures_to_headquarters < config.dispatch.failures_to_office)
            contradict("dispatch.failures_to_headquarters", "is less than dispatch.failures_to_office");
    }

    void contradict(const std::string& key, std::string message) {
        complain("contradiction", key, loaded_.origins[key], std::move(message));
    }

    // ---- mistakes

    static bool is_section(const std::string& name) {
        return std::any_of(keys().begin(), keys().end(),
                           [&](const Key& key) { return key.name.starts_with(name + "."); });
    }

    void unknown(const std::string& name, const std::string& origin) {
        complain("unknown_key", name, origin,
                 fmt::format("there is no such key; the nearest is {}", nearest_key(name)));
    }

    void wrong_type(const Key& key, const std::string& origin, const std::string& found) {
        complain("wrong_type", std::string{key.name}, origin,
                 fmt::format("must be a {}, not {}", type_name(key), key.secret ? "this" : found));
    }

    bool complained(std::string_view key) const {
        return std::any_of(mistakes_.begin(), mistakes_.end(), [&](const Mistake& one) { return one.key == key; });
    }

    void complain(std::string code, std::string key, std::string origin, std::string message) {
        mistakes_.push_back({std::move(code), std::move(key), std::move(origin), std::move(message)});
    }

    Loaded loaded_;
    std::vector<Mistake> mistakes_;
};

}  // namespace

std::string Mistake::text() const {
    return key.empty() ? fmt::format("{}: {}", origin, message) : fmt::format("{}: {}: {}", origin, key, message);
}

tl::expected<Loaded, std::vector<Mistake>> load(const Sources& sources) {
    return Loader{}.load(sources);
}

std::vector<std::pair<std::string, std::string>> process_environment() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (!text.starts_with("CALLOUT_")) continue;
        const auto equals = text.find('=');
        variables.emplace_back(text.substr(0, equals), equals == std::string_view::npos ? "" : text.substr(equals + 1));
    }
    std::sort(variables.begin(), variables.end());
    return variables;
}

}  // namespace callout::config
