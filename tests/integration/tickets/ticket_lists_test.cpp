// Which tickets stand on whose page, in which order, and that finding them does not cost the whole history.
#include "server/storage/ticket_lists.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "dispatch/organisation/scope.hpp"
#include "server/storage/incidents.hpp"
#include "tests/support/test_database.hpp"

namespace callout::storage {
namespace {

using namespace dispatch;

constexpr std::int64_t tickets_count = 6000;
constexpr std::int64_t technicians_count = 6;
// More than a page is put together from.
constexpr std::int64_t dealers_of_the_large_office = 40;

struct Row {
    std::int64_t id = 0;
    TicketState state{};
    Urgency urgency{};
    Audience audience;
    std::optional<std::int64_t> incident_id;
};

class TicketLists : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        schema_ = std::make_unique<test::TestDatabase>();
        db_ = std::make_unique<Connection>(schema_->endpoint());
        insert_unit("headquarters", "/1/");
        insert_unit("office", "/1/2/");
        insert_unit("dealer", "/1/2/3/");
        insert_unit("substation", "/1/2/3/4/");
        insert_unit("dealer", "/1/2/5/");
        insert_unit("office", "/1/6/");
        for (std::int64_t i = 0; i < dealers_of_the_large_office; ++i)
            insert_unit("dealer", fmt::format("/1/6/{}/", 10 + i));
        for (std::int64_t id = 1; id <= tickets_count; ++id) insert_ticket(id);
        db_->commit();
        db_->query("ANALYZE TABLE ticket");
    }

    static void TearDownTestSuite() {
        db_.reset();
        schema_.reset();
        rows_.clear();
        dealers_.clear();
    }

    static void insert_unit(const std::string& kind, const std::string& path) {
        db_->execute("INSERT INTO organisation_unit (kind, code, name, path, created_at) VALUES (?, ?, ?, ?, ?)", kind,
                     path, path, path, Instant{});
        if (kind == "dealer" || kind == "substation") dealers_.push_back(path);
    }

    // One ticket in fifty is open, somewhere in its life, and one in three of these is nobody's yet. A few are repaired
    // by a dealer of the other office.
    static void insert_ticket(std::int64_t id) {
        const auto at = static_cast<std::size_t>(id);
        Row row{.id = id, .urgency = id % 8 == 0 ? Urgency::urgent : Urgency::normal};
        if (id % 50 == 0)
            row.state = all_values<TicketState>.at(at / 50 % all_values<TicketState>.size());
        else
            row.state = id % 31 == 0   ? TicketState::merged
                        : id % 13 == 0 ? TicketState::cancelled
                                       : TicketState::closed;
        const bool nobodys = id % 150 == 0;
        // Half of all tickets are of the three that stand first: enough for each that reading them all would be seen.
        const auto& dealer = dealers_.at(id % 4 < 2 ? at / 4 % 3 : at % dealers_.size());
        row.audience = {.office_path = id % 97 == 0 ? "/1/2/" : dealer.substr(0, 5),
                        .dealer_path = nobodys ? "" : dealer,
                        .technician_id = nobodys ? std::nullopt : std::optional{1 + id % technicians_count}};
        // A large one, and one of a few that are all old.
        if (id % 5 == 2) row.incident_id = 1;
        if (id % 100 == 3 && id < 1000) row.incident_id = 2;
        db_->insert_later(
            "INSERT INTO ticket (id, version, kind, urgency, state, state_since, customer_id, office_path, "
            "dealer_path, technician_id, incident_id, fault_reported_at, opened_at, description)",
            {to_parameter(id), to_parameter(1), to_parameter("repair"), to_parameter(to_string(row.urgency)),
             to_parameter(to_string(row.state)), to_parameter(Instant{}), to_parameter(1),
             to_parameter(row.audience.office_path), to_parameter(row.audience.dealer_path),
             to_parameter(row.audience.technician_id), to_parameter(row.incident_id), to_parameter(Instant{}),
             to_parameter(Instant{}), to_parameter("水温高")});
        if (id % 500 == 0) db_->commit();
        rows_.push_back(std::move(row));
    }

    static Actor actor(Role role, std::string_view path, std::int64_t user_id = 999) {
        return {.user_id = user_id, .grants = {grant_of(role, path, user_id)}};
    }

    struct Reader {
        std::string who;
        Actor actor;
    };

    static std::vector<Reader> readers() {
        auto two_hats = actor(Role::dealer, "/1/2/5/", 2);
        two_hats.grants.push_back(grant_of(Role::technician, "/1/2/5/", 2));
        return {{"agent", actor(Role::agent, "/1/")},
                {"coordinator", actor(Role::coordinator, "/1/2/")},
                {"coordinator of a large office", actor(Role::coordinator, "/1/6/")},
                {"dealer", actor(Role::dealer, "/1/2/3/")},
                {"substation", actor(Role::dealer, "/1/2/3/4/")},
                {"dealer without a ticket", actor(Role::dealer, "/1/2/77/")},
                {"technician", actor(Role::technician, "/1/2/3/", 3)},
                {"dealer who is a technician too", two_hats},
                {"nobody", Actor{}}};
    }

    static std::vector<std::int64_t> expected(const Actor& actor, TicketOrder order,
                                              const std::function<bool(const Row&)>& wanted) {
        std::vector<Row> rows;
        for (const auto& row : rows_)
            if (wanted(row) && actor.grant_for(Permission::view_tickets, row.audience)) rows.push_back(row);
        std::ranges::sort(rows, [&](const Row& a, const Row& b) {
            if (order == TicketOrder::newest) return a.id > b.id;
            return a.urgency != b.urgency ? a.urgency == Urgency::urgent : a.id < b.id;
        });
        std::vector<std::int64_t> ids;
        for (const auto& row : rows) ids.push_back(row.id);
        return ids;
    }

    // The whole list, page by page, up to so many.
    static std::vector<std::int64_t> listed(const Actor& actor, const TicketFilter& filter, TicketOrder order,
                                            std::size_t most) {
        std::vector<std::int64_t> ids;
        std::optional<TicketCursor> after;
        while (ids.size() < most) {
            const auto page = list_tickets(*db_, actor, filter, order, after, 40);
            for (const auto& ticket : page) ids.push_back(ticket.at("id").as_int64());
            if (page.size() < 40) break;
            after = {.id = ids.back(),
                     .urgency = parse<Urgency>(std::string_view{page.back().at("urgency").as_string()}).value()};
        }
        if (ids.size() > most) ids.resize(most);
        return ids;
    }

    // Rows and index entries that the statements of `body` read.
    static std::int64_t reads_of(const std::function<void()>& body) {
        const auto so_far = [] {
            std::int64_t sum = 0;
            for (const auto& row : db_->query("SHOW SESSION STATUS LIKE 'Handler_read%'"))
                sum += std::stoll(row.get<std::string>(1));
            return sum;
        };
        const auto before = so_far();
        const auto for_asking = so_far() - before;
        const auto began = so_far();
        body();
        return so_far() - began - for_asking;
    }

    static inline std::unique_ptr<test::TestDatabase> schema_;
    static inline std::unique_ptr<Connection> db_;
    static inline std::vector<Row> rows_;
    static inline std::vector<std::string> dealers_;
};

TEST_F(TicketLists, show_each_reader_what_reaches_him_in_order_page_by_page) {
    struct Filtered {
        std::string what;
        TicketFilter filter;
        std::function<bool(const Row&)> wanted;
    };

    using enum TicketState;
    const auto in = [](std::vector<TicketState> states) {
        return [states](const Row& row) { return std::ranges::count(states, row.state) > 0; };
    };
    const std::vector<Filtered> filters{
        {"everything", {}, [](const Row&) { return true; }},
        {"closed", {.states = {closed}}, in({closed})},
        {"closed and cancelled", {.states = {closed, cancelled}}, in({closed, cancelled})},
        {"closed and open", {.states = {closed, open}}, in({closed, open})},
        {"in service", {.states = {en_route, on_site, paused}}, in({en_route, on_site, paused})},
        {"not ended", {.open = true}, [](const Row& row) { return !is_ended(row.state); }},
        {"ended", {.open = false}, [](const Row& row) { return is_ended(row.state); }},
        {"not ended but closed", {.states = {closed}, .open = true}, [](const Row&) { return false; }},
        {"urgent", {.urgencies = {Urgency::urgent}}, [](const Row& row) { return row.urgency == Urgency::urgent; }},
        {"of a technician", {.technician_id = 3}, [](const Row& row) { return row.audience.technician_id == 3; }},
        {"of an incident", {.incident_id = 1}, [](const Row& row) { return row.incident_id == 1; }},
        {"of an old incident", {.incident_id = 2}, [](const Row& row) { return row.incident_id == 2; }},
        {"some", {.ids = {1, 50, 97, 150, 5999}}, [](const Row& row) {
             return std::ranges::count(std::vector<std::int64_t>{1, 50, 97, 150, 5999}, row.id) > 0;
         }}};
    for (const auto& [who, reader] : readers())
        for (const auto& [what, filter, wanted] : filters)
            for (const auto order : all_values<TicketOrder>) {
                auto right = expected(reader, order, wanted);
                if (right.size() > 130) right.resize(130);
                EXPECT_EQ(listed(reader, filter, order, 130), right) << who << ", " << what << ", " << to_string(order);
            }
}

// A page of fifty reads some ten rows for each of its tickets; the history has thousands.
TEST_F(TicketLists, find_the_newest_of_a_long_history_without_reading_it) {
    for (const auto& [who, reader] : readers()) {
        const auto reads =
            reads_of([&, &reader = reader] { list_tickets(*db_, reader, {}, TicketOrder::newest, std::nullopt, 51); });
        EXPECT_LT(reads, 1500) << who;
        const auto further = reads_of([&, &reader = reader] {
            list_tickets(*db_, reader, {}, TicketOrder::newest, TicketCursor{.id = 3000}, 51);
        });
        EXPECT_LT(further, 1500) << who << ", further back";
    }
}

// Whose scope lets little of it through reads all of the incident, but nothing else.
TEST_F(TicketLists, find_an_incidents_tickets_without_reading_the_others) {
    const auto reads = [&](const Actor& reader, std::int64_t incident_id) {
        return reads_of(
            [&] { list_tickets(*db_, reader, {.incident_id = incident_id}, TicketOrder::newest, std::nullopt, 51); });
    };
    EXPECT_LT(reads(actor(Role::agent, "/1/"), 1), 1500);
    for (const auto& [who, reader] : readers()) {
        EXPECT_LT(reads(reader, 1), tickets_count / 5 + 1500) << who;
        EXPECT_LT(reads(reader, 2), 300) << who;
    }
}

TEST_F(TicketLists, fill_the_columns_of_the_board_from_what_is_open_alone) {
    const auto open = std::ranges::count_if(rows_, [](const Row& row) { return !is_ended(row.state); });
    for (const auto& [who, reader] : readers()) {
        const auto counting = reads_of([&, &reader = reader] { count_board(*db_, reader); });
        EXPECT_LE(counting, 2 * open + 50) << who;
        const auto column = reads_of([&, &reader = reader] {
            list_tickets(*db_, reader, {.states = {TicketState::en_route, TicketState::on_site, TicketState::paused}},
                         TicketOrder::urgency, std::nullopt, 61);
        });
        EXPECT_LT(column, 1000) << who;
    }
}

TEST_F(TicketLists, find_what_may_be_the_same_fault_among_what_is_open_alone) {
    const auto open = std::ranges::count_if(rows_, [](const Row& row) { return !is_ended(row.state); });
    const FaultFacts caller{.customer_id = 1,
                            .asset_id = 1,
                            .product_id = 1,
                            .fault_id = 1,
                            .site = Point{.latitude = 36, .longitude = 117}};
    EXPECT_LE(reads_of([&] { same_fault_candidates(*db_, caller); }), 2 * open + 50);
}

}  // namespace
}  // namespace callout::storage
