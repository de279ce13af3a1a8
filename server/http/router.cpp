#include "server/http/router.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace callout::http {
namespace {

constexpr std::size_t verb_count = 7;

// Takes the next segment off a path that begins with '/'.
std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const auto segment = rest.substr(0, end);
    rest.remove_prefix(end);
    return segment;
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct RouteTree::Node {
    struct Target {
        std::size_t index = 0;
        std::vector<std::string> parameter_names;
    };

    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::array<std::optional<Target>, verb_count> targets;

    const std::optional<Target>& target(Verb verb) const { return targets[static_cast<std::size_t>(verb)]; }

    bool has_targets() const {
        return std::ranges::any_of(targets, [](const auto& each) { return each.has_value(); });
    }

    // Depth first, literals before parameters; `visit` answers true to end the search at a node that matches.
    template <class Visit>
    bool search(std::string_view rest, std::vector<std::string_view>& values, const Visit& visit) const {
        if (rest.empty()) return has_targets() && visit(*this);
        const auto segment = take_segment(rest);
        if (const auto literal = literals.find(segment); literal != literals.end())
            if (literal->second->search(rest, values, visit)) return true;
        if (!parameter || segment.empty()) return false;
        values.push_back(segment);
        if (parameter->search(rest, values, visit)) return true;
        values.pop_back();
        return false;
    }
};

RouteTree::RouteTree() : root_(std::make_unique<Node>()) {}

RouteTree::~RouteTree() = default;
RouteTree::RouteTree(RouteTree&&) noexcept = default;
RouteTree& RouteTree::operator=(RouteTree&&) noexcept = default;

void RouteTree::add(Verb verb, std::string_view pattern, std::size_t index) {
    const auto refuse = [&](std::string_view why) {
        throw std::logic_error("route " + std::string{to_string(verb)} + " " + std::string{pattern} + ": " +
                               std::string{why});
    };
    if (!pattern.starts_with('/')) refuse("does not begin with '/'");
    Node* node = root_.get();
    Node::Target target{.index = index, .parameter_names = {}};
    for (auto rest = pattern; !rest.empty();) {
        const auto segment = take_segment(rest);
        if (is_parameter(segment)) {
            target.parameter_names.emplace_back(segment.substr(1, segment.size() - 2));
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
            continue;
        }
        if (segment.find_first_of("{}") != std::string_view::npos) refuse("a parameter is a whole segment, {name}");
        if (segment.empty() && pattern != "/") refuse("has an empty segment");
        auto& next = node->literals[std::string{segment}];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    auto& place = node->targets[static_cast<std::size_t>(verb)];
    if (place) refuse("is there twice");
    place = std::move(target);
}

std::variant<RouteTree::Found, NotFound, MethodNotAllowed> RouteTree::match(Verb verb, std::string_view path) const {
    if (!path.starts_with('/')) return NotFound{};
    std::vector<std::string_view> values;
    std::array<bool, verb_count> known{};
    bool path_known = false;
    const Node::Target* target = nullptr;
    const auto visit = [&](const Node& node) {
        path_known = true;
        for (std::size_t i = 0; i < verb_count; ++i) known[i] = known[i] || node.targets[i].has_value();
        if (node.target(verb)) target = &*node.target(verb);
        if (!target && verb == Verb::head && node.target(Verb::get)) target = &*node.target(Verb::get);
        return target != nullptr;
    };
    root_->search(path, values, visit);
    if (target) {
        Found found{.index = target->index, .parameters = {}};
        found.parameters.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            found.parameters.emplace_back(target->parameter_names[i], values[i]);
        return found;
    }
    if (!path_known) return NotFound{};
    known[static_cast<std::size_t>(Verb::head)] |= known[static_cast<std::size_t>(Verb::get)];
    known[static_cast<std::size_t>(Verb::options)] = true;
    MethodNotAllowed refused;
    for (std::size_t i = 0; i < verb_count; ++i)
        if (known[i]) refused.allowed.push_back(static_cast<Verb>(i));
    return refused;
}

std::string allow_header(const std::vector<Verb>& allowed) {
    std::string value;
    for (const auto verb : allowed) {
        if (!value.empty()) value += ", ";
        value += to_string(verb);
    }
    return value;
}

}  // namespace callout::http
