#include "dispatch/planning/trsp/parse.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_set>

#include "dispatch/text.hpp"

namespace callout::planning::trsp {
namespace {

// Past this many faults a file is not an instance file at all, and more messages help nobody.
constexpr std::size_t kMaxErrors = 20;
constexpr int kMaxCount = 100'000;
constexpr int kMaxSetSize = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Line {
    std::string_view text;
    int number = 0;
};

// Hands out lines that are not blank.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {
        if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    }

    std::optional<Line> next() {
        while (!rest_.empty()) {
            const auto end = std::min(rest_.find('\n'), rest_.size());
            const auto text = rest_.substr(0, end);
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            ++number_;
            if (!trimmed(text).empty()) return Line{text, number_};
        }
        return std::nullopt;
    }

    int number() const { return number_; }

private:
    std::string_view rest_;
    int number_ = 0;
};

// Reads the fields of one line from left to right. After the first fault of a line the others are not reported: they
// would be its echoes.
class Fields {
public:
    Fields(Line line, ParseErrors& errors) : line_(line), errors_(errors) {}

    bool ok() const { return ok_; }

    // Said at the end of every later message of this line.
    void in(std::string context) { context_ = std::move(context); }

    void fail(ParseFault fault, std::string message) { fail_at(fault, start_, std::move(message)); }

    double number(const char* what) {
        begin_field();
        if (!ok_) return 0;
        double value = 0;
        const char* first = line_.text.data() + at_;
        const char* last = line_.text.data() + line_.text.size();
        const auto [end, error] = std::from_chars(first, last, value);
        if (error != std::errc() || !std::isfinite(value)) {
            const bool missing = first == last || *first == '[';
            fail(ParseFault::number_expected,
                 std::string(what) + (missing ? " or a number before it is missing" : " should be a number"));
            return 0;
        }
        at_ += static_cast<std::size_t>(end - first);
        return value;
    }

    int whole(const char* what, int low, int high) {
        const double value = number(what);
        if (!ok_) return low;
        if (value != std::floor(value) || value < low || value > high) {
            fail(ParseFault::number_out_of_range, std::string(what) + " should be a whole number from " +
                                                      std::to_string(low) + " to " + std::to_string(high));
            return low;
        }
        return static_cast<int>(value);
    }

    // "[]" or "[1,2,3]".
    std::vector<int> list(const char* what, int low, int high) {
        std::vector<int> values;
        begin_field();
        if (!expect('[', what)) return values;
        begin_field();
        if (at_ < line_.text.size() && line_.text[at_] == ']') {
            ++at_;
            return values;
        }
        if (high < low)
            fail(ParseFault::number_out_of_range, std::string(what) + " should be [], as none are declared");
        while (ok_) {
            values.push_back(whole(what, low, high));
            begin_field();
            if (!ok_ || (at_ < line_.text.size() && line_.text[at_] == ']')) break;
            expect(',', what);
        }
        expect(']', what);
        return values;
    }

    void end() {
        begin_field();
        if (ok_ && at_ < line_.text.size()) fail(ParseFault::trailing_text, "nothing more was expected on this line");
    }

private:
    Line line_;
    ParseErrors& errors_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;  // of the field being read: where a fault is reported
    bool ok_ = true;
    std::string context_;

    void begin_field() {
        if (!ok_) return;
        while (at_ < line_.text.size() && std::isspace(static_cast<unsigned char>(line_.text[at_]))) ++at_;
        start_ = at_;
    }

    bool expect(char wanted, const char* what) {
        if (!ok_) return false;
        if (at_ < line_.text.size() && line_.text[at_] == wanted) {
            ++at_;
            return true;
        }
        fail_at(ParseFault::list_expected, at_,
                std::string(what) + " should be a list like [1,2]: '" + wanted + "' is missing");
        return false;
    }

    void fail_at(ParseFault fault, std::size_t at, std::string message) {
        if (!ok_) return;
        ok_ = false;
        if (errors_.size() < kMaxErrors) {
            errors_.push_back({fault, line_.number, static_cast<int>(at) + 1, std::move(message) + context_});
        }
    }
};

Set set_of(const std::vector<int>& numbers) {
    Set set = 0;
    for (const int number : numbers) set |= Set{1} << number;
    return set;
}

class InstanceParser {
public:
    explicit InstanceParser(std::string_view text) : lines_(text) {}

    tl::expected<Instance, ParseErrors> parse() {
        if (read_head()) read_rows();
        if (!errors_.empty()) return tl::make_unexpected(std::move(errors_));
        return std::move(instance_);
    }

private:
    Lines lines_;
    ParseErrors errors_;
    Instance instance_;
    int technician_count_ = 0;
    std::unordered_set<int> seen_;

    // What every row shares; `parts` is the stock of a technician and the need of a request.
    struct Row {
        int id = 0;
        Point place;
        Window window;
        double service = 0;
        Set skills = 0;
        Set tools = 0;
        std::vector<int> parts;
    };

    bool end_of_file(const std::string& expected) {
        errors_.push_back({ParseFault::unexpected_end, lines_.number() + 1, 1, "the file ends before " + expected});
        return false;
    }

    bool heading(std::string_view wanted) {
        const auto line = lines_.next();
        if (!line) return end_of_file("the heading " + std::string(wanted));
        if (trimmed(line->text).substr(0, wanted.size()) == wanted) return true;
        errors_.push_back(
            {ParseFault::heading_expected, line->number, 1, "the heading " + std::string(wanted) + " was expected"});
        return false;
    }

    bool read_head() {
        const auto name = lines_.next();
        if (!name) return end_of_file("the name of the instance");
        if (const auto good = utf8_prefix(name->text); good < name->text.size()) {
            errors_.push_back({ParseFault::not_utf8, name->number, static_cast<int>(good) + 1,
                               "the name of the instance should be UTF-8"});
            return false;
        }
        instance_.name = trimmed(name->text);
        if (!heading("INFO") || !heading("CREW COUNT")) return false;
        const auto counts = lines_.next();
        if (!counts) return end_of_file("the counts");
        Fields fields(*counts, errors_);
        technician_count_ = fields.whole("the crew count", 0, kMaxCount);
        instance_.skill_count = fields.whole("the number of skills", 0, kMaxSetSize);
        instance_.tool_count = fields.whole("the number of tools", 0, kMaxSetSize);
        instance_.part_count = fields.whole("the number of spare parts", 0, kMaxCount);
        fields.end();
        if (fields.ok() && technician_count_ == 0) {
            errors_.push_back({ParseFault::no_technician, counts->number, 1, "an instance needs a technician"});
        }
        return errors_.empty() && heading("DEPOT TECHNICIANS AND REQUESTS") && heading("ID");
    }

    void read_rows() {
        int index = 0;
        while (const auto line = lines_.next()) {
            Fields fields(*line, errors_);
            Row row = read_row(fields, index);
            if (fields.ok()) add(std::move(row), index);
            ++index;
        }
        if (index <= technician_count_) end_of_file("the row of technician " + std::to_string(index));
    }

    std::string subject(int index) const {
        if (index == 0) return "the depot";
        return (index <= technician_count_ ? "technician " : "request ") + std::to_string(index);
    }

    Row read_row(Fields& fields, int index) {
        Row row;
        row.id = fields.whole("the id", 0, std::numeric_limits<int>::max());
        if (fields.ok() && !seen_.insert(row.id).second) {
            fields.fail(ParseFault::duplicate_id, "id " + std::to_string(row.id) + " stands on an earlier row too");
        } else if (fields.ok() && row.id != index) {
            fields.fail(ParseFault::id_out_of_order,
                        "id " + std::to_string(index) + " was expected: ids are row numbers");
        }
        fields.in(" (" + subject(index) + ")");
        row.place.x = fields.number("x");
        row.place.y = fields.number("y");
        row.window.start = fields.number("the start of the window");
        row.window.end = fields.number("the end of the window");
        if (fields.ok() && row.window.end < row.window.start) {
            fields.fail(ParseFault::window_reversed, "the window ends before it starts");
        }
        row.service = fields.number("the service time");
        if (fields.ok() && row.service < 0) {
            fields.fail(ParseFault::number_out_of_range, "the service time should not be negative");
        }
        row.skills = set_of(fields.list("the skills", 0, instance_.skill_count - 1));
        row.tools = set_of(fields.list("the tools", 0, instance_.tool_count - 1));
        row.parts = fields.list("the spare parts", 0, kMaxCount);
        const bool is_depot = index == 0;
        if (fields.ok() && !is_depot && static_cast<int>(row.parts.size()) != instance_.part_count) {
            fields.fail(ParseFault::wrong_list_length,
                        "the spare parts should be " + std::to_string(instance_.part_count) + " numbers");
        }
        fields.end();
        return row;
    }

    void add(Row row, int index) {
        if (index == 0) {
            instance_.depot = {row.place, row.window, row.service};
        } else if (index <= technician_count_) {
            instance_.technicians.push_back(
                {row.id, row.place, row.window, row.skills, row.tools, std::move(row.parts)});
        } else {
            instance_.requests.push_back(
                {row.id, row.place, row.window, row.service, row.skills, row.tools, std::move(row.parts)});
        }
    }
};

}  // namespace

tl::expected<Instance, ParseErrors> parse_instance(std::string_view text) {
    return InstanceParser(text).parse();
}

tl::expected<std::vector<Release>, ParseErrors> parse_releases(std::string_view text, const Instance& instance) {
    ParseErrors errors;
    std::vector<Release> releases;
    std::unordered_set<int> seen;
    const auto first = instance.requests.empty() ? 1 : instance.requests.front().id;
    const auto last = instance.requests.empty() ? 0 : instance.requests.back().id;

    Lines lines(text);
    bool in_table = false;
    while (const auto line = lines.next()) {
        if (!in_table) {
            in_table = trimmed(line->text).substr(0, 2) == "ID";
            continue;
        }
        Fields fields(*line, errors);
        const int id = fields.whole("the id", 0, std::numeric_limits<int>::max());
        if (fields.ok() && (id < first || id > last)) {
            fields.fail(ParseFault::unknown_request, "the instance has no request " + std::to_string(id));
        } else if (fields.ok() && !seen.insert(id).second) {
            fields.fail(ParseFault::duplicate_id, "request " + std::to_string(id) + " stands on an earlier line too");
        }
        const double at = fields.number("the release date");
        if (fields.ok() && at < 0 && at != kKnownFromStart) {
            fields.fail(ParseFault::number_out_of_range, "the release date should be -1 or not negative");
        }
        fields.end();
        if (fields.ok()) releases.push_back({id, at});
    }
    if (!in_table) {
        errors.push_back({ParseFault::unexpected_end, lines.number() + 1, 1, "the file ends before the heading ID"});
    }
    if (!errors.empty()) return tl::make_unexpected(std::move(errors));
    for (const auto& request : instance.requests) {
        if (!seen.contains(request.id)) releases.push_back({request.id, kKnownFromStart});
    }
    return releases;
}

}  // namespace callout::planning::trsp
