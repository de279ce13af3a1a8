// One table of routes: a path leads to at most one target a verb, whatever the order the routes were added in; a
// literal segment wins over a parameter.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/http/message.hpp"

namespace callout::http {

// Name in the pattern and value in the path, in the order of the path.
using PathParameters = std::vector<std::pair<std::string, std::string>>;

struct NotFound {};

struct MethodNotAllowed {
    // Every verb the path knows, HEAD where there is GET, and OPTIONS.
    std::vector<Verb> allowed;
};

// "GET, HEAD, OPTIONS": the value of an Allow header.
std::string allow_header(const std::vector<Verb>& allowed);

// The tree of segments under Router; knows targets only by their index.
class RouteTree {
public:
    struct Found {
        std::size_t index = 0;
        PathParameters parameters;
    };

    RouteTree();
    ~RouteTree();
    RouteTree(RouteTree&&) noexcept;
    RouteTree& operator=(RouteTree&&) noexcept;

    // Throws std::logic_error for a pattern that is malformed or, for the same verb, there already.
    void add(Verb verb, std::string_view pattern, std::size_t index);
    std::variant<Found, NotFound, MethodNotAllowed> match(Verb verb, std::string_view path) const;

private:
    struct Node;
    std::unique_ptr<Node> root_;
};

template <class Target>
class Router {
public:
    struct Match {
        const Target* target = nullptr;
        PathParameters parameters;
    };

    // A pattern is '/'-separated segments, each a literal or a parameter: "/api/v1/tickets/{id}/notes". Throws
    // std::logic_error for a malformed pattern and for a second target under the same verb and path.
    void add(Verb verb, std::string_view pattern, Target target) {
        tree_.add(verb, pattern, targets_.size());
        targets_.push_back(std::move(target));
    }

    // The path is as in Request::path. HEAD falls back to GET. OPTIONS without a route of its own is
    // MethodNotAllowed, whose list is what to answer. Adding routes invalidates earlier matches.
    std::variant<Match, NotFound, MethodNotAllowed> match(Verb verb, std::string_view path) const {
        auto outcome = tree_.match(verb, path);
        if (auto* found = std::get_if<RouteTree::Found>(&outcome))
            return Match{&targets_[found->index], std::move(found->parameters)};
        if (auto* refused = std::get_if<MethodNotAllowed>(&outcome)) return std::move(*refused);
        return NotFound{};
    }

    // All targets in the order they were added.
    const std::vector<Target>& targets() const { return targets_; }

private:
    RouteTree tree_;
    std::vector<Target> targets_;
};

}  // namespace callout::http
