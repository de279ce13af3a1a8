// Ninety days of a hotline, played through the real life cycle: every step is a decision of dispatch::decide() taken by
// somebody who may take it, so that the demo cannot show what Callout would not allow.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "dispatch/tickets/life_cycle.hpp"
#include "server/demo/network.hpp"

namespace callout::demo {

// A person of the demo with his rights, ready to decide.
struct Player {
    std::int64_t user_id = 0;
    dispatch::Actor actor;
};

struct DealerCast {
    dispatch::UnitPlace unit;
    dispatch::UnitPlace office;
    Player desk;
    std::vector<Player> technicians;
};

struct Cast {
    std::vector<Player> agents;
    std::vector<Player> dispatchers;
    std::vector<Player> supervisors;
    std::vector<DealerCast> dealers;
};

// How a ticket comes into an incident, before anybody is sent to it.
struct Joining {
    dispatch::JoinIncident command;
    Instant at{};
    std::optional<Instant> lead_repaired_at;  // of one that follows; missing: not yet
};

// One ticket as it is about to be opened.
struct Opening {
    dispatch::OpenTicket command;
    std::size_t dealer = 0;  // the nearest; index into Cast::dealers
    std::size_t agent = 0;
    Instant opened_at{};
    std::optional<Joining> joins;
};

class History {
public:
    History(const Cast& cast, const dispatch::LifeCycleSettings& settings, std::uint64_t seed)
        : cast_{cast}, settings_{settings}, random_{seed} {}

    // Plays the ticket's life up to `until` and answers its decisions in their order; the first opens it. Nothing
    // happens after `until`: a ticket opened shortly before stands wherever it stands.
    std::vector<dispatch::Decision> play(const Opening& opening, Instant until);

private:
    class Stage;

    void repair(Stage& stage, std::size_t dealer);
    void follow(Stage& stage, const Opening& opening);
    bool find_dealer(Stage& stage, std::size_t dealer);
    bool visit(Stage& stage, const DealerCast& dealer);
    void call_back(Stage& stage, std::size_t dealer);
    void answer(Stage& stage);
    void handle_complaint(Stage& stage);

    bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }

    std::chrono::minutes within(int low, int high) {
        return std::chrono::minutes{low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1))};
    }

    template <class T>
    const T& one_of(const std::vector<T>& values) {
        return values[random_() % values.size()];
    }

    const Cast& cast_;
    const dispatch::LifeCycleSettings settings_;
    std::mt19937_64 random_;
};

}  // namespace callout::demo
